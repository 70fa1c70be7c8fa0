// https webhooks against a server of the test's own, whose certificate the machine trusts, or not, or that is
// another's.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <thread>

#include "coordinator/server/webhook.h"
#include "tests/support/environment.h"
#include "tests/support/temp_folder.h"

namespace troupe::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

const std::atomic<bool> kGoOn = false;
constexpr Millis kPatience{20'000};

// A certificate that signs itself, and its key, as PEM files of the folder.
void write_certificate(const std::string& folder, const std::string& names) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  const unsigned char common[] = "a test";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate.get(), certificate.get(), nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, names.c_str());
  ASSERT_NE(extension, nullptr);
  X509_add_ext(certificate.get(), extension, -1);
  X509_EXTENSION_free(extension);
  ASSERT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
  const auto write = [&](const char* file, const auto& put) {
    FILE* out = std::fopen((folder + file).c_str(), "w");
    ASSERT_NE(out, nullptr);
    EXPECT_EQ(put(out), 1);
    std::fclose(out);
  };
  write("/cert.pem", [&](FILE* out) { return PEM_write_X509(out, certificate.get()); });
  write("/key.pem",
        [&](FILE* out) { return PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
}

// Takes one connection and, when its handshake succeeds, answers one request.
class SecureServer {
 public:
  explicit SecureServer(const std::string& names) : acceptor_(io_, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    write_certificate(folder_.path(), names);
    context_.use_certificate_file(certificate(), asio::ssl::context::pem);
    context_.use_private_key_file(folder_.path() + "/key.pem", asio::ssl::context::pem);
    thread_ = std::thread([this] { serve(); });
  }
  ~SecureServer() { join(); }
  SecureServer(const SecureServer&) = delete;
  SecureServer& operator=(const SecureServer&) = delete;

  std::string url() const { return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/hook"; }
  std::string certificate() const { return folder_.path() + "/cert.pem"; }
  // What was posted; empty: nothing was.
  std::string heard() {
    join();
    return heard_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  void serve() {
    boost::system::error_code error;
    asio::ssl::stream<Tcp::socket> stream(acceptor_.accept(), context_);
    stream.handshake(asio::ssl::stream_base::server, error);
    if (error) return;
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(stream, buffer, request, error);
    if (error) return;
    heard_ = request.body();
    http::response<http::empty_body> response(http::status::no_content, request.version());
    response.prepare_payload();
    http::write(stream, response, error);
    stream.shutdown(error);
  }

  testing::TempFolder folder_;
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
  Tcp::acceptor acceptor_;
  std::string heard_;
  std::thread thread_;
};

TEST(WebhookTls, ReachesAServerThatTheMachineTrusts) {
  SecureServer server("IP:127.0.0.1");
  const testing::ScopedEnvironment trusts("SSL_CERT_FILE", server.certificate());
  const Status status = post_webhook(server.url(), R"({"campaign":"spring#1"})", kPatience, kGoOn);
  EXPECT_TRUE(status.ok()) << status.to_string();
  EXPECT_EQ(server.heard(), R"({"campaign":"spring#1"})");
}

TEST(WebhookTls, TellsNothingToAServerThatItDoesNotTrust) {
  SecureServer server("IP:127.0.0.1");
  EXPECT_EQ(post_webhook(server.url(), "{}", kPatience, kGoOn).code(), Code::kUnavailable);
  EXPECT_EQ(server.heard(), "");
}

TEST(WebhookTls, TellsNothingToAServerWithTheCertificateOfAnother) {
  SecureServer server("DNS:elsewhere.example");
  const testing::ScopedEnvironment trusts("SSL_CERT_FILE", server.certificate());
  EXPECT_EQ(post_webhook(server.url(), "{}", kPatience, kGoOn).code(), Code::kUnavailable);
  EXPECT_EQ(server.heard(), "");
}

}  // namespace
}  // namespace troupe::server
