// The vindexes that make_vindex() knows. Each maker is in a file of its family. Errors of a maker begin with
// the parameter's name: `params.json: ...`.
#pragma once

#include <memory>

#include "router/vindex.h"

namespace leasehold::router {

using MadeVindex = Result<std::shared_ptr<const Vindex>>;

// vindex_numeric.cpp: of a number of 64 bits
MadeVindex make_hash(const VindexParams& params);          // DES of the number with a key of zero bits
MadeVindex make_numeric(const VindexParams& params);       // the number, big-endian
MadeVindex make_reverse_bits(const VindexParams& params);  // its bits in reverse order

// vindex_table.cpp: of a number, through a list or a rule of the vschema's own
MadeVindex make_modulo(const VindexParams& params);              // not Vitess's
MadeVindex make_numeric_static_map(const VindexParams& params);  // a list of numbers, then a fallback
MadeVindex make_null(const VindexParams& params);                // the id 00 for everything

// vindex_text.cpp: of the bytes of the value's text
MadeVindex make_binary(const VindexParams& params);      // the bytes
MadeVindex make_binary_md5(const VindexParams& params);  // their MD5
MadeVindex make_xxhash(const VindexParams& params);      // their XXH64, little-endian
// Of the weights of the text: router/unicode_weights.h
MadeVindex make_unicode_loose_md5(const VindexParams& params);
MadeVindex make_unicode_loose_xxhash(const VindexParams& params);
MadeVindex make_cfc(const VindexParams& params);  // vindex_cfc.cpp: parts of fixed width, each hashed

// vindex_columns.cpp: of several columns
MadeVindex make_multicol(const VindexParams& params);
MadeVindex make_region_experimental(const VindexParams& params);
MadeVindex make_region_json(const VindexParams& params);

// vindex.cpp
bool takes_param(std::string_view type, std::string_view name);

}  // namespace leasehold::router
