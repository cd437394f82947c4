#include "config/context.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "config/quote.h"

namespace leasehold::config {

void Problems::add(Problem problem) {
    if (full()) {
        ++dropped_;
        return;
    }
    list_.push_back(std::move(problem));
}

std::vector<Problem> Problems::take(const std::string& first_file) {
    auto order = [&first_file](const Problem& p) {
        return std::tuple(p.file != first_file, p.file, p.line, p.column);
    };
    std::stable_sort(list_.begin(), list_.end(),
                     [&order](const Problem& a, const Problem& b) { return order(a) < order(b); });
    if (dropped_ > 0) {
        list_.push_back({first_file, 0, 0, "and " + std::to_string(dropped_) + " problems more"});
        dropped_ = 0;
    }
    return std::exchange(list_, {});
}

Context::Context(const Inputs& inputs, std::string file, Problems& problems, Problems& warnings)
    : inputs_(inputs), file_(std::move(file)), problems_(problems), warnings_(warnings) {}

void Context::problem(int line, int column, std::string text) const {
    problems_.add({file_, line, column, std::move(text)});
}

void Context::warn(int line, int column, std::string text) const {
    warnings_.add({file_, line, column, std::move(text)});
}

std::string Context::resolve(std::string_view path) const {
    if (path.starts_with('/')) return std::string(path);
    std::size_t slash = file_.rfind('/');
    std::string folder = slash == std::string::npos ? std::string() : file_.substr(0, slash + 1);
    return folder + std::string(path);
}

std::optional<std::string> Context::read(const YamlNode& at, std::string_view path,
                                         std::string_view key) const {
    std::string resolved = resolve(path);
    Result<std::string> text = inputs_.read_file(resolved);
    if (text.has_value()) return std::move(text).value();
    problem(at, std::string(key) + ": cannot read " + quote(resolved) + " (" + text.error().message +
                    "); expected a readable file, relative names starting at the folder of this one");
    return std::nullopt;
}

}  // namespace leasehold::config
