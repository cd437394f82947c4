// The vindexes that make_vindex() knows. Each maker is in a file of its family.
#pragma once

#include <memory>

#include "router/vindex.h"

namespace leasehold::router {

// vindex_numeric.cpp: of a number of 64 bits
std::shared_ptr<const Vindex> make_hash();          // DES of the number with a key of zero bits
std::shared_ptr<const Vindex> make_numeric();       // the number, big-endian
std::shared_ptr<const Vindex> make_reverse_bits();  // its bits in reverse order

// vindex_text.cpp: of the bytes of the value's text
std::shared_ptr<const Vindex> make_binary();      // the bytes
std::shared_ptr<const Vindex> make_binary_md5();  // their MD5
std::shared_ptr<const Vindex> make_xxhash();      // their XXH64, little-endian

}  // namespace leasehold::router
