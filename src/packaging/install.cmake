# SPDX-License-Identifier: BSL-1.0
# What CMake installs: as src/packaging/meson.build.
include(CMakePackageConfigHelpers)

# The assertions of programs that do not choose: as this library's. A generator of several
# configurations cannot know them here: ferry.pc asks for them if Debug is installed, the CMake package
# if the program is built as Debug.
string(TOUPPER "${CMAKE_BUILD_TYPE}" ferry_config)
set(default_checked 1)
if(ferry_configs)
  set(default_checked $<CONFIG:Debug>)
elseif("${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${ferry_config}}" MATCHES "(^| )-DNDEBUG( |=|$)")
  set(default_checked 0)
endif()
target_compile_definitions(ferry INTERFACE
  $<INSTALL_INTERFACE:FERRY_DEFAULT_CHECKED=${default_checked}>)

set(ferry_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ferry")
install(TARGETS ferry EXPORT ferryTargets)
install(EXPORT ferryTargets NAMESPACE ferry:: DESTINATION "${ferry_cmake_dir}")
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/ferryConfig.cmake" "\
# find_package(ferry) defines the imported target ferry::ferry.
include(CMakeFindDependencyMacro)
find_dependency(Boost 1.74)
include(\"\${CMAKE_CURRENT_LIST_DIR}/ferryTargets.cmake\")
")
# Before 1.0 a minor version may break its users: it must be the one asked for.
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/ferryConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/ferryConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/ferryConfigVersion.cmake"
  DESTINATION "${ferry_cmake_dir}")

# Relative to where it is installed, which --prefix may change. In pkg-config's files a space is
# written with a backslash.
string(REGEX REPLACE "[^/]+" ".." pc_up "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  string(REPLACE " " "\\ " pc_prefix "${CMAKE_INSTALL_PREFIX}")
else()
  set(pc_prefix "\${pcfiledir}/${pc_up}")
endif()
set(pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
set(pc_libdir "${CMAKE_INSTALL_LIBDIR}")
foreach(folder pc_includedir pc_libdir)
  if(NOT IS_ABSOLUTE "${${folder}}")
    set(${folder} "\${prefix}/${${folder}}")
  endif()
endforeach()
set(ferry_pc "${CMAKE_CURRENT_BINARY_DIR}/$<CONFIG>/ferry.pc")
file(GENERATE OUTPUT "${ferry_pc}" CONTENT "\
prefix=${pc_prefix}
includedir=${pc_includedir}
libdir=${pc_libdir}

Name: ferry
Description: A lock-free concurrent hash map for C++20
Version: ${ferry_version}
Libs: -L\${libdir} -lferry -pthread
Cflags: -I\${includedir} -DFERRY_DEFAULT_CHECKED=${default_checked}
")
install(FILES "${ferry_pc}"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

install(DIRECTORY include/ferry DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES src/debug/ferry_gdb.py src/debug/ferry.natvis
  DESTINATION "${CMAKE_INSTALL_DATADIR}/ferry")
