import hashlib
import pathlib
import tempfile
import unittest

import pack_lock


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write(folder, path, content):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


class PackLockTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.pack = pathlib.Path(folder.name)

    def test_one_line_a_file_ordered_by_path(self):
        write(self.pack, "vae/config.json", b"{}")
        write(self.pack, "model_index.json", b"index")
        write(self.pack, "unet/weights.safetensors", b"\x00\xff")
        expected = (
            f"{sha256(b'index')}  model_index.json\n"
            f"{sha256(bytes([0, 255]))}  unet/weights.safetensors\n"
            f"{sha256(b'{}')}  vae/config.json\n"
        )
        self.assertEqual(pack_lock.lock_of(self.pack), expected)

    def test_whole_paths_are_compared_as_bytes(self):
        for path in ("a/z", "a.b", "B", "é"):
            write(self.pack, path, b"")
        paths = [line[66:] for line in pack_lock.lock_of(self.pack).splitlines()]
        self.assertEqual(paths, ["B", "a.b", "a/z", "é"])

    def test_hidden_files_the_model_card_and_the_lock_itself_are_left_out(self):
        write(self.pack, "model_index.json", b"index")
        write(self.pack, ".DS_Store", b"")
        write(self.pack, "README.md", b"card")
        write(self.pack, ".cache/download", b"")
        pack_lock.write_lock(self.pack)
        lock = (self.pack / "pack.lock").read_text()
        self.assertEqual(lock, f"{sha256(b'index')}  model_index.json\n")
        self.assertEqual(pack_lock.lock_of(self.pack), lock)


if __name__ == "__main__":
    unittest.main()
