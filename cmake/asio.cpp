// The one translation unit that compiles Asio's own sources.
#include <boost/asio/impl/src.hpp>
