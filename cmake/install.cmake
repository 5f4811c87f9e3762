# SPDX-License-Identifier: Apache-2.0
# `cmake --install`: library, headers, CMake package, pkg-config file, the program with its manual
# page and completions.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
include(CMakePackageConfigHelpers)

# Who links the static library needs these; their own find modules stay with us.
set(godwit_private_libraries cares)
# By name, not by package, in godwit.pc: libsndfile's own would ask for every codec's archive.
set(godwit_private_flags -lstdc++ -pthread)
foreach(library ${godwit_media_libraries} ${godwit_storage_libraries} pugixml)
  list(APPEND godwit_private_libraries ${library})
  list(PREPEND godwit_private_flags -l${library})
endforeach()
list(APPEND godwit_private_libraries OpenSSL::SSL)
set(godwit_private_packages "libssl libcrypto libcares")
list(JOIN godwit_private_flags " " godwit_private_flags)
foreach(library ${godwit_private_libraries})
  target_link_libraries(godwit PRIVATE $<INSTALL_INTERFACE:${library}>)
endforeach()

list(JOIN godwit_openssl_components " " godwit_openssl_components_text)
set(godwit_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/godwit)

install(TARGETS godwit EXPORT godwit-targets)
install(EXPORT godwit-targets NAMESPACE godwit:: DESTINATION ${godwit_package_dir})
install(DIRECTORY include/godwit ${PROJECT_BINARY_DIR}/include/godwit
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
if(GODWIT_BUILD_CLI)
  install(TARGETS godwit_cli)
endif()
if(TARGET godwit_manual)
  install(FILES ${PROJECT_BINARY_DIR}/manual/godwit.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${PROJECT_BINARY_DIR}/manual/godwit.bash RENAME godwit
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${PROJECT_BINARY_DIR}/manual/_godwit
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
endif()

configure_package_config_file(cmake/godwit-config.cmake.in
  ${PROJECT_BINARY_DIR}/godwit-config.cmake INSTALL_DESTINATION ${godwit_package_dir})
# Before 1.0 a new minor version may break what an older one promised.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/godwit-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/godwit-config.cmake
              ${PROJECT_BINARY_DIR}/godwit-config-version.cmake
        DESTINATION ${godwit_package_dir})

configure_file(cmake/godwit.pc.in ${PROJECT_BINARY_DIR}/godwit.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/godwit.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
