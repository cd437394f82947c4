set(LEASEHOLD_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
    -Woverloaded-virtual -Wconversion -Wno-sign-conversion -Werror)

# leasehold_layer(NAME LINKS ...): the library of one folder. main.cpp and malloc_conf.cpp are the executable's, not the
# library's.
function(leasehold_layer name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/(main|malloc_conf)\\.cpp$")
  add_library(leasehold_${name} STATIC ${sources})
  target_include_directories(leasehold_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(leasehold_${name} PRIVATE ${LEASEHOLD_WARNINGS})
  target_link_libraries(leasehold_${name} PUBLIC ${ARG_LINKS})
  set_target_properties(leasehold_${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()
