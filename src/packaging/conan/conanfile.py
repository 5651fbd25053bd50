# SPDX-License-Identifier: BSL-1.0
"""A Conan 2 recipe: it builds the tree in which it stands, by its CMakeLists.txt."""

import os
import re

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir


class FerryRecipe(ConanFile):
    name = 'ferry'
    description = 'A lock-free concurrent hash map for C++20'
    license = 'BSL-1.0'
    topics = ('hash-map', 'lock-free', 'concurrency')
    package_type = 'library'
    settings = 'os', 'arch', 'compiler', 'build_type'
    options = {'shared': [True, False], 'barrier': ['auto', 'symmetric']}
    default_options = {'shared': False, 'barrier': 'auto', 'boost/*:header_only': True}

    def _tree(self):
        return os.path.join(self.recipe_folder, '..', '..', '..')

    def set_version(self):
        build = load(self, os.path.join(self._tree(), 'meson.build'))
        self.version = re.search(r"version: '([0-9.]+)'", build).group(1)

    def export_sources(self):
        for pattern in ('CMakeLists.txt', 'LICENSE', 'meson.build', 'include/*', 'src/*'):
            copy(self, pattern, src=self._tree(), dst=self.export_sources_folder)

    def requirements(self):
        self.requires('boost/[>=1.74 <2]', transitive_headers=True)

    def validate(self):
        if self.settings.os != 'Linux' or self.settings.arch not in ('x86_64', 'armv8'):
            raise ConanInvalidConfiguration('ferry needs Linux on x86-64 or aarch64')
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables['FERRY_BARRIER'] = str(self.options.barrier)
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, 'LICENSE', src=self.source_folder,
             dst=os.path.join(self.package_folder, 'licenses'))
        # Conan writes its own package files.
        rmdir(self, os.path.join(self.package_folder, 'lib', 'cmake'))
        rmdir(self, os.path.join(self.package_folder, 'lib', 'pkgconfig'))

    def package_info(self):
        self.cpp_info.libs = ['ferry']
        self.cpp_info.system_libs = ['pthread']
        self.cpp_info.requires = ['boost::headers']
        checked = 1 if self.settings.build_type == 'Debug' else 0
        self.cpp_info.defines = [f'FERRY_DEFAULT_CHECKED={checked}']
