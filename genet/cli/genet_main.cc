#include "genet/cli/command.h"

int main(int argc, char** argv) { return genet::cli::Main(argc, argv); }
