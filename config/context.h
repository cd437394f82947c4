// What one run of the loader carries along: which file is read, what it may read from outside, what it found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/load.h"
#include "config/problem.h"
#include "config/yaml_tree.h"

namespace leasehold::config {

// Bounded: after max_problems only the count goes up.
class Problems {
  public:
    static constexpr std::size_t max_problems = 200;

    void add(Problem problem);
    bool full() const { return list_.size() >= max_problems; }
    bool empty() const { return list_.empty(); }

    // In the order of file (the first one named first) and line.
    std::vector<Problem> take(const std::string& first_file);

  private:
    std::vector<Problem> list_;
    std::size_t dropped_ = 0;
};

class Context {
  public:
    Context(const Inputs& inputs, std::string file, Problems& problems, Problems& warnings);

    // The same run in another file: its problems carry that file's name.
    Context in_file(std::string file) const { return {inputs_, std::move(file), problems_, warnings_}; }

    void problem(const YamlNode& at, std::string text) const { problem(at.line, at.column, std::move(text)); }
    void problem(const YamlEntry& at, std::string text) const {
        problem(at.line, at.column, std::move(text));
    }
    void problem(int line, int column, std::string text) const;
    void warn(int line, int column, std::string text) const;
    bool full() const { return problems_.full(); }

    const std::string& file() const { return file_; }

    // A path as the file names it, made relative to the file's own folder.
    std::string resolve(std::string_view path) const;

    // The bytes of resolve(path); on failure a problem at `at`, and nothing.
    std::optional<std::string> read(const YamlNode& at, std::string_view path, std::string_view key) const;

    std::optional<std::string> environment(const std::string& name) const {
        return inputs_.read_environment(name);
    }

  private:
    const Inputs& inputs_;
    std::string file_;
    Problems& problems_;
    Problems& warnings_;
};

}  // namespace leasehold::config
