// The only input of this layer: files and environment variables.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "config/load.h"

namespace leasehold::config {
namespace {

Error failure(const std::string& reason) {
    return Error{0, reason};
}
Error system_failure(int number) {
    return failure(std::generic_category().message(number));
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

  private:
    int number_;
};

}  // namespace

Result<std::string> read_file(const std::string& path) {
    if (path.empty() || path.find('\0') != std::string::npos) return failure("not a file's name");
    // A FIFO that nobody writes to would hold up a blocking open; reading from it then ends at once. A pipe
    // that is being written to (`--config <(...)`) is waited for.
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0) return system_failure(errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return system_failure(errno);
    if (S_ISDIR(status.st_mode)) return failure("a directory");
    if (::fcntl(file.number(), F_SETFL, 0) != 0) return system_failure(errno);
    std::string text;
    std::string chunk(std::size_t{64} << 10, '\0');
    while (true) {
        ssize_t got = ::read(file.number(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure(errno);
        if (got == 0) return text;
        text.append(chunk, 0, static_cast<std::size_t>(got));
        if (text.size() > max_file_bytes)
            return failure("longer than " + std::to_string(max_file_bytes >> 20) + " MiB");
    }
}

std::optional<std::string> read_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
}

}  // namespace leasehold::config
