// Each kind of data sets, described and read in a file of its own; DataKinds() lists them.
#pragma once

#include "genet/data/data_kind.h"

namespace genet {

DataKind SyntheticKind();                // synthetic_file.cc
DataKind Cifar10Kind(), Cifar100Kind();  // cifar.cc
DataKind MnistKind();                    // mnist.cc
DataKind SvhnKind();                     // svhn.cc
DataKind ImagesKind(), ImageNetKind();   // picture_kinds.cc

}  // namespace genet
