// The whole of `prewarm-model import`: read, check, convert, publish.
#pragma once

#include <functional>
#include <string>

#include "common/base/result.h"
#include "common/store/model_store.h"
#include "inference-server/engine/engine.h"

namespace prewarm {

struct ImportRequest {
  std::string architecture = "isnet";
  std::string name;         // in the store; "" takes the architecture's
  std::string file;         // ONNX (isnet) or .pth (inspyrenet-*), or
  std::string npm_package;  // folder with dist/resources.json and its chunks
  std::string npm_model = "medium";
  std::string license;
  std::string source;  // "" takes the URL, the release's or the file's name
  std::string url;     // that `file` was fetched from, without its secrets
  // Of the bytes, hex; "": not checked.
  std::string sha256;
  std::string md5;
  std::string notice;
  // Of the engine that computes the reference matte, in fp32.
  std::function<Result<EngineFactory*>()> open_engine;
};

struct Imported {
  StoredModel model;
  std::string source_md5;
};

// What can be refused without the bytes: kInvalidArgument or kUnsupported.
Status CheckImport(const ImportRequest& request);

// kCorrupt and kUnsupported: what is wrong with the bytes, of which nothing was
// parsed where a checksum differs.
Result<Imported> ImportModel(const ModelStore& store,
                             const ImportRequest& request);

// The bytes of /models/<model> of an unpacked @imgly/background-removal-data
// package: the concatenation of its chunks, each checked against its SHA-256
// where its name is one.
Result<std::string> ReadNpmModel(const std::string& package,
                                 const std::string& model);

}  // namespace prewarm
