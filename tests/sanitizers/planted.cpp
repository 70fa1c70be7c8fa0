// A mistake of the kind that is asked for, in a child process whose end nobody looks at: watch_test.py wants it found.
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>

namespace {

volatile int sink = 0;

void use_after_free() {
  int* volatile number = new int(1);  // volatile: the compiler must not see what follows
  delete number;
  sink = *number;
}

void leak() {
  int* volatile lost = new int[16];
  lost = nullptr;
  sink = lost == nullptr;
}

void overflow() {
  volatile int most = INT_MAX;
  sink = most + 1;
}

void race() {
  int shared = 0;
  std::thread first([&] { ++shared; });
  std::thread second([&] { ++shared; });
  first.join();
  second.join();
  sink = shared;
}

const std::map<std::string, void (*)()> kMistakes = {
    {"none", [] {}}, {"use-after-free", use_after_free}, {"leak", leak}, {"overflow", overflow}, {"race", race}};

}  // namespace

int main(int argc, char** argv) {
  const auto mistake = kMistakes.find(argc == 2 ? argv[1] : "");
  if (mistake == kMistakes.end()) return 2;
  const pid_t child = ::fork();
  if (child == 0) {
    mistake->second();
    std::exit(0);
  }
  return ::waitpid(child, nullptr, 0) == child ? 0 : 1;
}
