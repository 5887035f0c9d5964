#include "warmup-controller/kube/kubeconfig.h"

#include <sstream>

#include "common/base/base64.h"
#include "common/base/utf8.h"
#include "warmup-controller/http_client/call_url.h"
#include "warmup-controller/kube/small_file.h"
#include "warmup-controller/kube/yaml_fields.h"

namespace prewarm::kube {
namespace {

struct Unsupported {
  const char* field;
  const char* fix;
};
constexpr Unsupported kOfUser[] = {
    {"exec",
     "plug-ins are not run; make a service account and give its token as "
     "token or tokenFile (kubectl create token NAME)"},
    {"auth-provider",
     "plug-ins are not run; give the token as token or tokenFile"},
    {"username", "passwords are not sent; give a token or a certificate"},
    {"password", "passwords are not sent; give a token or a certificate"},
    {"as", "is not done; give the credentials of that user"},
    {"as-uid", "is not done; give the credentials of that user"},
    {"as-groups", "is not done; give the credentials of such a user"},
    {"as-user-extra", "is not done; give the credentials of such a user"},
};
constexpr Unsupported kOfCluster[] = {
    {"tls-server-name",
     "is not done; give a server whose certificate has the name of its URL"},
};

class Reader {
 public:
  Reader(const KubeconfigSource& source, PlacedErrors* errors)
      : source_(source), fields_(errors) {}

  Access Read(const YamlNode& document) {
    const YamlView root{&document, ""};
    std::string context = source_.context;
    if (context.empty()) context = fields_.Text(root, "current-context");
    if (context.empty()) {
      if (!fields_.failed()) {
        fields_.Add({&document, "current-context"},
                    "is not set, and no context was named");
      }
      return {};
    }
    const YamlView named =
        fields_.Child(fields_.Named(root, "contexts", context), "context");
    if (!named.present()) {
      if (!fields_.failed()) {
        fields_.Add({&document, "contexts"},
                    Quoted(context) + " has no field context");
      }
      return {};
    }
    const std::string namespace_name = fields_.Text(named, "namespace");
    if (!namespace_name.empty()) access_.namespace_name = namespace_name;
    ReadCluster(Entry(root, named, "clusters", "cluster"));
    ReadUser(Entry(root, named, "users", "user"));
    return access_;
  }

 private:
  // What the context's field `key` names in the list `list`.
  YamlView Entry(const YamlView& root, const YamlView& context,
                 const std::string& list, const std::string& key) {
    const std::string name = fields_.Text(context, key);
    if (name.empty()) {
      fields_.Add({context.node, YamlPath(context.path, key)}, "is missing");
      return {};
    }
    const YamlView item = fields_.Named(root, list, name);
    if (!item.present()) return {};
    YamlView entry = fields_.Child(item, key);
    // `user: {}` is allowed, a user that is nobody.
    if (entry.node == nullptr) entry.node = item.node;
    return entry;
  }

  void ReadCluster(const YamlView& cluster) {
    if (!cluster.present()) {
      // Without a node it was complained of already.
      if (cluster.node != nullptr) fields_.Add(cluster, "is empty");
      return;
    }
    Refuse(cluster, kOfCluster);
    TlsOptions& tls = access_.connection.tls;
    access_.server = fields_.Text(cluster, "server");
    while (!access_.server.empty() && access_.server.back() == '/') {
      access_.server.pop_back();
    }
    const auto url = ParseCallUrl(access_.server);
    if (!url.ok()) {
      const YamlView server = fields_.Child(cluster, "server");
      fields_.Add(
          {server.node == nullptr ? cluster.node : server.node, server.path},
          url.error().message);
    }
    tls.ca_pem = Bytes(cluster, "certificate-authority");
    tls.verify = !fields_.Flag(cluster, "insecure-skip-tls-verify");
    access_.connection.proxy_url = fields_.Text(cluster, "proxy-url");
    Check(cluster, "ca_pem", "certificate-authority");
    Check(cluster, "proxy_url", "proxy-url");
  }

  void ReadUser(const YamlView& user) {
    if (!user.present()) return;
    Refuse(user, kOfUser);
    TlsOptions& tls = access_.connection.tls;
    access_.token = fields_.Text(user, "token");
    const std::string file = fields_.Text(user, "tokenFile");
    if (!file.empty()) access_.token_file = Path(file);
    tls.cert_pem = Bytes(user, "client-certificate");
    tls.key_pem = Bytes(user, "client-key");
    if (fields_.failed()) return;
    Check(user, "cert_pem", "client-certificate");
    Check(user, "key_pem", "client-key");
  }

  template <std::size_t n>
  void Refuse(const YamlView& view, const Unsupported (&all)[n]) {
    for (const Unsupported& one : all) {
      const YamlView found = fields_.Child(view, one.field);
      if (found.present()) fields_.Add(found, one.fix);
    }
  }

  // Of `key`-data, which wins, or of the file that `key` names.
  std::string Bytes(const YamlView& view, const std::string& key) {
    const std::string data = fields_.Text(view, key + "-data");
    if (!data.empty()) {
      const auto bytes = FromBase64(data);
      if (!bytes) {
        fields_.Add(fields_.Child(view, key + "-data"), "is no base64");
      }
      return bytes.value_or("");
    }
    const std::string file = fields_.Text(view, key);
    if (file.empty()) return "";
    auto bytes = ReadSmallFile(Path(file));
    if (bytes.ok()) return *bytes;
    fields_.Add(fields_.Child(view, key), bytes.error().message);
    return "";
  }

  // Says in the file's terms what the connection cannot use.
  void Check(const YamlView& view, const std::string& option,
             const std::string& key) {
    const Status usable = CheckConnectionOptions(access_.connection);
    if (usable.ok() || usable.error().field != option) return;
    YamlView field = fields_.Child(view, key + "-data");
    if (!field.present()) field = fields_.Child(view, key);
    if (field.node == nullptr) field.node = view.node;
    fields_.Add(field, usable.error().message.substr(option.size() + 1));
  }

  std::string Path(const std::string& file) const {
    return file.front() == '/' ? file : source_.folder + "/" + file;
  }

  const KubeconfigSource& source_;
  const YamlFields fields_;
  Access access_;
};

}  // namespace

Result<Access> ReadKubeconfig(std::string_view text,
                              const KubeconfigSource& source) {
  PlacedErrors errors(source.name);
  const auto documents = ReadYamlDocuments(text, {}, &errors);
  Access access;
  if (errors.empty()) {
    if (documents.size() == 1 &&
        documents.front().kind == YamlNode::Kind::kMapping) {
      access = Reader(source, &errors).Read(documents.front());
    } else {
      errors.Add({}, "", "is no kubeconfig: expected one mapping");
    }
  }
  if (errors.empty()) return access;
  return MakeError(ErrorCode::kInvalidArgument, errors.ToString(),
                   "kubeconfig");
}

Result<std::string> OnlyKubeconfigOf(const std::string& list) {
  std::istringstream files(list);
  std::string only;
  for (std::string file; std::getline(files, file, ':');) {
    if (file.empty()) continue;
    if (!only.empty() && file != only) {
      return MakeError(
          ErrorCode::kUnsupported,
          "KUBECONFIG: " + list +
              " is a list; files are not merged here: name one file, such as "
              "one made by kubectl config view --flatten",
          "KUBECONFIG");
    }
    only = file;
  }
  return only;
}

Result<Access> ReadKubeconfigFile(const std::string& path,
                                  const std::string& context) {
  PREWARM_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path));
  const std::size_t slash = path.rfind('/');
  return ReadKubeconfig(
      text, {path, slash == std::string::npos ? "." : path.substr(0, slash),
             context});
}

}  // namespace prewarm::kube
