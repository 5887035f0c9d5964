find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)

add_executable(prewarm-model prewarm_model_main.cc)
target_link_libraries(prewarm-model PRIVATE prewarm_importer prewarm_store
  prewarm_base CLI11::CLI11 nlohmann_json::nlohmann_json)
