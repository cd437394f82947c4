// The one function that touches the file system, on real files.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/load.h"

namespace leasehold::config {
namespace {

class InputsTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "config_test_XXXXXX").string();
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
        return folder_ + "/" + name;
    }

    std::string folder_;
};

TEST_F(InputsTest, ReadsBytesAsTheyAre) {
    std::string bytes("a\r\n\0b", 5);
    EXPECT_EQ(read_file(write("f", bytes)).value(), bytes);
    EXPECT_EQ(read_file(write("empty", "")).value(), "");
    std::string longest(max_file_bytes, 'x');
    EXPECT_EQ(read_file(write("longest", longest)).value().size(), longest.size());
}

TEST_F(InputsTest, Refuses) {
    EXPECT_EQ(read_file(folder_ + "/none").error().message, "No such file or directory");
    EXPECT_EQ(read_file(folder_).error().message, "a directory");
    EXPECT_EQ(read_file("").error().message, "not a file's name");
    EXPECT_EQ(read_file(std::string("/etc/hostname\0x", 15)).error().message, "not a file's name");
    EXPECT_EQ(read_file(write("long", std::string(max_file_bytes + 1, 'x'))).error().message,
              "longer than 4 MiB");
    EXPECT_EQ(read_file("/dev/zero").error().message, "longer than 4 MiB");
}

TEST_F(InputsTest, FifoWithoutWriterDoesNotHoldUp) {
    std::string path = folder_ + "/fifo";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_EQ(read_file(path).value(), "");
}

TEST_F(InputsTest, LoadsAFileWithItsNeighbours) {
    write("password", "secret\n");
    std::string path = write("lh.yaml", "users: [{name: a, password_file: password}]\n");
    LoadResult result = load_file(path);
    ASSERT_TRUE(result.ok()) << to_string(result.problems.front());
    EXPECT_EQ(result.config->users[0].password.value, "secret");
    ::setenv("CONFIG_TEST_VARIABLE", "value", 1);
    EXPECT_EQ(read_environment("CONFIG_TEST_VARIABLE"), "value");
    ::unsetenv("CONFIG_TEST_VARIABLE");
    EXPECT_EQ(read_environment("CONFIG_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace leasehold::config
