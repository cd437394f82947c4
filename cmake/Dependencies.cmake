# All from Debian 12 packages; scripts/install-deps lists them.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(Boost 1.81 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(MARIADB REQUIRED IMPORTED_TARGET libmariadb)
pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
find_package(ZLIB REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
add_library(MariaDB::Client ALIAS PkgConfig::MARIADB)
add_library(Jemalloc::Jemalloc ALIAS PkgConfig::JEMALLOC)
add_library(Zstd::Zstd ALIAS PkgConfig::ZSTD)
add_library(xxhash::xxhash ALIAS PkgConfig::XXHASH)

# Asio is compiled once: a translation unit that includes all of it costs 8 s.
add_library(leasehold_asio STATIC cmake/asio.cpp)
target_compile_definitions(leasehold_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                                                 BOOST_ASIO_DISABLE_BOOST_ARRAY BOOST_ASIO_DISABLE_BOOST_BIND)
target_link_libraries(leasehold_asio PUBLIC Boost::headers Threads::Threads)

# The same with JSON, which Debian's headers hold without its library.
add_library(leasehold_json STATIC cmake/json.cpp)
target_link_libraries(leasehold_json PUBLIC Boost::headers)
