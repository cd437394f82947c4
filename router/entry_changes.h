// Which entries of which lookups go and come, collected row by row. Pure. Holds the entries.
#pragma once

#include <set>
#include <vector>

#include "router/lookup_entries.h"
#include "router/row_images.h"

namespace leasehold::router {

class EntryChanges {
  public:
    explicit EntryChanges(const OwnedLookups& owned) : owned_(owned), of_(owned.lookups.size()) {}

    // Errors: 1048 for a new value NULL of a lookup without ignore_nulls.
    Result<void> add_row(const RowImage& after);
    void remove_row(const RowImage& before);
    void remove_entry(std::size_t lookup, const RowImage& before);
    // Only what differs.
    Result<void> change_row(const RowImage& before, const RowImage& after);

    struct OfLookup {
        std::vector<LookupEntry> added;  // of a unique lookup also twice, which is the client's error
        std::vector<LookupEntry> removed;
        // Rows whose entry goes, of a lookup that is not unique: others may have the same one.
        std::vector<RowImage> sharing;
    };
    const OwnedLookups& owned() const { return owned_; }
    const std::vector<OfLookup>& of_lookups() const { return of_; }
    std::size_t bytes() const { return bytes_; }

  private:
    Result<void> add(std::size_t lookup, const RowImage& row);

    const OwnedLookups& owned_;
    std::vector<OfLookup> of_;
    std::size_t bytes_ = 0;
};

}  // namespace leasehold::router
