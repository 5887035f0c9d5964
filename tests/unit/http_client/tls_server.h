// A server on TLS that answers everything with 200 and says who asked.
#pragma once

#include <openssl/ssl.h>
#include <signal.h>

#include <string>

#include "tests/unit/http_client/raw_server.h"
#include "tests/unit/http_client/test_authority.h"
#include "warmup-controller/http_client/pem.h"

namespace prewarm {

// The body of its answers is the common name of the client's certificate, if
// it shows one of `client_ca_pem`. One connection after the other.
class TlsServer {
 public:
  TlsServer(const Identity& identity, const std::string& client_ca_pem)
      : context_(SSL_CTX_new(TLS_server_method())) {
    // Each takes a reference of its own.
    SSL_CTX_use_certificate(context_,
                            ReadCertificates(identity.cert_pem).at(0).get());
    SSL_CTX_use_PrivateKey(context_, ReadKey(identity.key_pem).get());
    if (!client_ca_pem.empty()) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context_),
                          ReadCertificates(client_ca_pem).at(0).get());
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    }
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address),
             sizeof address) != 0) {
      std::abort();
    }
    listen(listener_, 16);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~TlsServer() {
    stop_ = true;
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
    SSL_CTX_free(context_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string Url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(port_) + "/";
  }

 private:
  void Serve() {
    // OpenSSL writes to whoever has hung up.
    sigset_t pipes;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipes, nullptr);
    while (!stop_) {
      const int one = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (one < 0) continue;
      const timeval patience{10, 0};
      setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      SSL* ssl = SSL_new(context_);
      SSL_set_fd(ssl, one);
      if (SSL_accept(ssl) == 1) Answer(ssl);
      SSL_free(ssl);
      close(one);
    }
  }
  static void Answer(SSL* ssl) {
    char request[8192];
    if (SSL_read(ssl, request, sizeof request) <= 0) return;
    char name[256] = "";
    X509* peer = SSL_get1_peer_certificate(ssl);
    if (peer != nullptr) {
      X509_NAME_get_text_by_NID(X509_get_subject_name(peer), NID_commonName,
                                name, sizeof name);
      X509_free(peer);
    }
    const std::string answer =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " +
        std::to_string(std::string(name).size()) + "\r\n\r\n" + name;
    SSL_write(ssl, answer.data(), static_cast<int>(answer.size()));
    SSL_shutdown(ssl);
  }

  SSL_CTX* const context_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace prewarm
