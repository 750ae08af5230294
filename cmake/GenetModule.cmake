include(GoogleTest)

add_library(genet_options INTERFACE)
target_include_directories(genet_options INTERFACE ${CMAKE_SOURCE_DIR})
# Results must not depend on what a compiler chooses to fuse: fused multiply-adds are written out.
target_compile_options(genet_options INTERFACE -ffp-contract=off -Wall -Wextra -Wshadow
  $<$<BOOL:${GENET_WERROR}>:-Werror>
  # g++ 12 sees impossible sizes in inlined strings and vectors of the standard library.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overread -Wno-stringop-overflow
    -Wno-array-bounds>)

# All test programs, and nothing that they do not need.
add_custom_target(unit_tests)

# genet_module(NAME [SOURCES file...] [USES module...] [LINK target...] [TEST_USES module...])
#
# Makes the library genet_NAME from the folder's *.cc files, one test program genet_NAME_test from
# its *_test.cc files, each of whose tests CTest runs on its own, and with GENET_BENCH one program
# genet_NAME_bench from its *_bench.cc files. What tests of several modules share lies in *_for_test.h
# and *_for_test.cc: the latter make the library genet_NAME_for_test, for the module's own tests and
# those that name it in TEST_USES. Files are found, not listed, so that no test can be forgotten;
# SOURCES, if given, take the place of all of them.
function(genet_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINK;TEST_USES" ${ARGN})
  if(ARG_SOURCES)
    set(sources ${ARG_SOURCES})
  else()
    file(GLOB sources CONFIGURE_DEPENDS *.cc)
  endif()
  set(support ${sources})
  list(FILTER support INCLUDE REGEX "_for_test\\.cc$")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER tests EXCLUDE REGEX "_for_test\\.cc$")
  set(benches ${sources})
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench|main)\\.cc$")
  string(REPLACE "/" "_" target ${name})

  set(used genet_options fmt::fmt tl::expected nlohmann_json::nlohmann_json ${ARG_LINK})
  foreach(module IN LISTS ARG_USES)
    string(REPLACE "/" "_" module ${module})
    list(APPEND used genet_${module})
  endforeach()

  if(sources)
    add_library(genet_${target} STATIC ${sources})
    target_link_libraries(genet_${target} PUBLIC ${used})
  else()
    add_library(genet_${target} INTERFACE)
    target_link_libraries(genet_${target} INTERFACE ${used})
  endif()

  if(support)
    add_library(genet_${target}_for_test STATIC EXCLUDE_FROM_ALL ${support})
    target_link_libraries(genet_${target}_for_test PUBLIC genet_${target})
  endif()
  if(benches AND GENET_BENCH)
    add_executable(genet_${target}_bench ${benches})
    target_link_libraries(genet_${target}_bench PRIVATE genet_${target} benchmark::benchmark)
  endif()

  if(tests)
    add_executable(genet_${target}_test ${tests})
    add_dependencies(unit_tests genet_${target}_test)
    foreach(module IN LISTS ARG_TEST_USES ITEMS ${target})
      string(REPLACE "/" "_" module ${module})
      target_link_libraries(genet_${target}_test PRIVATE
        $<TARGET_NAME_IF_EXISTS:genet_${module}_for_test> genet_${module})
    endforeach()
    target_link_libraries(genet_${target}_test PRIVATE GTest::gmock GTest::gtest_main)
    # Two thirds of a test's build time would be spent on optimising its expectations.
    target_compile_options(genet_${target}_test PRIVATE $<$<CONFIG:Release>:-O1>)
    gtest_discover_tests(genet_${target}_test DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS fast TIMEOUT 300)
  endif()
endfunction()
