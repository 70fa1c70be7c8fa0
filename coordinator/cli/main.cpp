#include "coordinator/cli/app.h"

int main(int argc, char** argv) {
  return troupe::cli::run(argc, argv);
}
