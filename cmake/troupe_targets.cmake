# troupe_library(NAME SOURCES ... LINK ...): one static library a folder.
# troupe_program(NAME SOURCES ... LINK ...): a program in bin/.
# troupe_test(NAME LABEL unit|sim|e2e|parity|slow SOURCES ... LINK ... [TIMEOUT s]): one GoogleTest program a folder, registered as one ctest test.
function(troupe_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE troupe_options)
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_compile_features(${name} PUBLIC cxx_std_20)
endfunction()

function(troupe_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} troupe_options)
endfunction()

function(troupe_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  find_package(GTest REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest GTest::gtest_main troupe_options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  target_compile_definitions(${name} PRIVATE TROUPE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TROUPE_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
  troupe_test_run(${name} LABEL "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} COMMAND ${name})
endfunction()

# troupe_test_run(NAME LABEL label TIMEOUT s COMMAND program [ARGUMENT ...]): a program of this tree as a ctest test. With
# TROUPE_SANITIZE a finding in any of its processes fails the test, which may take TROUPE_TEST_PATIENCE times as long.
function(troupe_test_run name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
  list(POP_FRONT arg_COMMAND program)
  set(command $<TARGET_FILE:${program}> ${arg_COMMAND})
  if(TROUPE_SANITIZE)
    find_package(Python3 REQUIRED COMPONENTS Interpreter)
    set(watch "${CMAKE_SOURCE_DIR}/tests/sanitizers/watch.py")
    list(PREPEND command Python3::Interpreter "${watch}" --patience ${TROUPE_TEST_PATIENCE}
         --libraries "${TROUPE_SANITIZED_LIBRARIES}")
  endif()
  math(EXPR timeout "${arg_TIMEOUT} * ${TROUPE_TEST_PATIENCE}")
  add_test(NAME ${name} COMMAND ${command})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${timeout})
endfunction()
