import unittest

from bpe import learn_merges


class LearnMergesTest(unittest.TestCase):
    def test_the_commonest_pair_first(self):
        merges = learn_merges({"low": 5, "lower": 2, "bow": 1}, 3)
        self.assertEqual(merges, [("l", "o"), ("lo", "w</w>"), ("e", "r</w>")])

    def test_repeated_symbols_are_merged_from_the_left(self):
        merges = learn_merges({"aaaa": 2}, 10)
        self.assertEqual(merges, [("a", "a"), ("a", "a</w>"), ("aa", "aa</w>")])

    def test_the_order_of_words_does_not_matter(self):
        words = {"cab": 3, "bac": 3, "abc": 3, "cba": 3}
        backwards = dict(reversed(words.items()))
        self.assertEqual(learn_merges(words, 8), learn_merges(backwards, 8))

    def test_rare_pairs_stay_apart(self):
        self.assertEqual(learn_merges({"once": 1}, 10), [])

    def test_a_word_of_one_character_has_no_pairs(self):
        self.assertEqual(learn_merges({"a": 9}, 10), [])


if __name__ == "__main__":
    unittest.main()
