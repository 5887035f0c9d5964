# How every target of the project is built: one warning level, one include
# root (the top of the tree), sanitizers by cache variable, ccache where found.
find_program(PREWARM_CCACHE ccache)
if(PREWARM_CCACHE)
  # Without this, ccache passes by all that includes a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros ${PREWARM_CCACHE})
endif()
find_package(Threads REQUIRED)
find_package(PkgConfig)

add_library(prewarm_flags INTERFACE)
target_compile_definitions(prewarm_flags INTERFACE
  PREWARM_VERSION="${PROJECT_VERSION}")
target_include_directories(prewarm_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(prewarm_flags INTERFACE -Wall -Wextra -Werror)
if(PREWARM_UNITY)
  # gcc takes a source that is compiled with others for a header.
  target_compile_options(prewarm_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(PREWARM_SANITIZE)
  target_compile_options(prewarm_flags INTERFACE
    -fsanitize=${PREWARM_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(prewarm_flags INTERFACE -fsanitize=${PREWARM_SANITIZE})
  if(PREWARM_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
    # As gcc says it.
    target_compile_definitions(prewarm_flags INTERFACE __SANITIZE_ADDRESS__)
  endif()
endif()

# Where sanitizers look on: whose tests would take longer than to optimise them.
set(prewarm_computing calendar decide imaging plan reconcile schedule simulate)

# prewarm_library(NAME SOURCES a.cc b.cc DEPS x y): a static library
# `prewarm_NAME`; third-party packages go to DEPS as targets and stay PRIVATE
# where they are listed under PRIVATE_DEPS.
function(prewarm_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(prewarm_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(prewarm_${name}
    PUBLIC prewarm_flags Threads::Threads ${ARG_DEPS}
    PRIVATE ${ARG_PRIVATE_DEPS})
  if(PREWARM_SANITIZE AND name IN_LIST prewarm_computing)
    target_compile_options(prewarm_${name} PRIVATE -O1)
  endif()
endfunction()

# Debug information in a file beside it: what a cold start reads from the disk
# is a seventh less then. gdb finds it by itself.
function(prewarm_split_debug name)
  if(PREWARM_SANITIZE)
    return()
  endif()
  set(file $<TARGET_FILE:${name}>)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} --only-keep-debug ${file} ${file}.debug
    COMMAND ${CMAKE_OBJCOPY} --strip-unneeded --add-gnu-debuglink=${file}.debug
      ${file}
    VERBATIM)
endfunction()

# All binaries of unit tests, for builds that need nothing else; those that no
# build with sanitizers has; and what tests/contract and tests/browser put beside
# the programs.
add_custom_target(unit_tests)
add_custom_target(engine_tests)
add_custom_target(contract_tests)
add_custom_target(browser_tests)

# Without them ccache compiles anew whatever reads a precompiled header.
set(prewarm_cached_precompiled $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
  "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")

# prewarm_precompile(TARGET <header>... | REUSE_FROM OTHER): what takes longer to
# read than all that the target adds to it.
function(prewarm_precompile target)
  target_compile_options(${target} PRIVATE ${prewarm_cached_precompiled})
  if("${ARGV1}" STREQUAL "REUSE_FROM")
    target_precompile_headers(${target} ${ARGN})
  else()
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# Whose precompiled GoogleTest all tests read: half of the time to compile one.
function(prewarm_test_header)
  set(source ${CMAKE_BINARY_DIR}/test_header.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_executable(prewarm_test_header EXCLUDE_FROM_ALL ${source})
  target_link_libraries(prewarm_test_header PRIVATE prewarm_flags
    GTest::gmock GTest::gtest_main)
  target_compile_options(prewarm_test_header PRIVATE -O0 -g1)
  prewarm_precompile(prewarm_test_header <gmock/gmock.h> <gtest/gtest.h>)
endfunction()

# prewarm_test(NAME SOURCES a_test.cc DEPS x): one GoogleTest binary for a
# folder of tests/unit, registered test by test with CTest. Its own sources are
# not optimised, which halves the time to compile them; what they test is.
function(prewarm_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE prewarm_flags ${ARG_DEPS}
    GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE
    PREWARM_TESTDATA="${CMAKE_SOURCE_DIR}/tests/testdata")
  target_compile_options(${name}_test PRIVATE -O0 -g1
    ${prewarm_cached_precompiled})
  target_precompile_headers(${name}_test REUSE_FROM prewarm_test_header)
  add_dependencies(unit_tests ${name}_test)
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}.
    DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
