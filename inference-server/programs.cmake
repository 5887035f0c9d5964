find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)

add_executable(prewarm-model prewarm_model_main.cc)
target_link_libraries(prewarm-model PRIVATE prewarm_importer prewarm_quality prewarm_parity
  prewarm_engine
  prewarm_store
  prewarm_base CLI11::CLI11 nlohmann_json::nlohmann_json)

# Links no LibTorch: the engine is opened at run time.
add_executable(inference-server main.cc make_warm_up.cc prepare.cc)
target_link_libraries(inference-server PRIVATE prewarm_api prewarm_config
  prewarm_process prewarm_engine prewarm_base nlohmann_json::nlohmann_json)
prewarm_split_debug(prewarm-model)
prewarm_split_debug(inference-server)

# What serves, without tests and benchmarks.
add_custom_target(programs DEPENDS inference-server prewarm-model prewarm-health)
if(PREWARM_TORCH)
  add_dependencies(programs prewarm-engine-fused prewarm-engine-torch)
endif()
