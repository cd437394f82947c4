#include "proxy/heap_profile_file.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace leasehold::proxy {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class HeapProfileFileTest : public testing::Test {
  protected:
    HeapProfileFileTest() : folder_(fs::path(testing::TempDir()) / "heap_profile_file_test") {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    ~HeapProfileFileTest() override { fs::remove_all(folder_); }

    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder_))
            found.insert(entry.path().filename().string());
        return found;
    }

    const fs::path folder_;
};

TEST_F(HeapProfileFileTest, NamesSortByTime) {
    const std::chrono::system_clock::time_point at{std::chrono::microseconds(1'767'323'045'678'901)};
    EXPECT_EQ(heap_profile_name(at, 4711), "leasehold-20260102T030405.678901-4711.heap");
    EXPECT_LT(heap_profile_name(at, 9), heap_profile_name(at + std::chrono::microseconds(1), 1));
}

TEST_F(HeapProfileFileTest, WritesForTheOwnerAlone) {
    const Result<std::string> path = write_heap_profile(folder_.string(), "leasehold-1.heap", "text", 3);
    ASSERT_TRUE(path);
    std::stringstream read;
    read << std::ifstream(*path).rdbuf();
    EXPECT_EQ(read.str(), "text");
    EXPECT_EQ(fs::status(*path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(HeapProfileFileTest, TheOldestGoAndOtherFilesStay) {
    std::ofstream(folder_ / "notes.heap") << "not ours";
    for (int i = 1; i <= 5; ++i) {
        ASSERT_TRUE(write_heap_profile(folder_.string(), "leasehold-" + std::to_string(i) + ".heap", "x", 2));
    }
    EXPECT_EQ(names(), (std::set<std::string>{"leasehold-4.heap", "leasehold-5.heap", "notes.heap"}));
}

TEST_F(HeapProfileFileTest, FailuresNameTheFileAndTheReason) {
    const Result<std::string> nowhere =
        write_heap_profile((folder_ / "none").string(), "leasehold-1.heap", "x", 2);
    ASSERT_FALSE(nowhere);
    EXPECT_THAT(nowhere.error().message, HasSubstr("none/leasehold-1.heap: No such file or directory"));
    ASSERT_TRUE(write_heap_profile(folder_.string(), "leasehold-1.heap", "first", 9));
    EXPECT_FALSE(write_heap_profile(folder_.string(), "leasehold-1.heap", "second", 9));
    // A link that somebody left under the name is not followed.
    fs::create_symlink(folder_ / "victim", folder_ / "leasehold-2.heap");
    EXPECT_FALSE(write_heap_profile(folder_.string(), "leasehold-2.heap", "x", 9));
    EXPECT_FALSE(fs::exists(folder_ / "victim"));
}

}  // namespace
}  // namespace leasehold::proxy
