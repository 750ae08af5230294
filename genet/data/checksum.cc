#include "genet/data/checksum.h"

#include <openssl/evp.h>

#include <fstream>
#include <memory>
#include <vector>

namespace genet {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

Result<std::string> FileChecksum(const fs::path& path, std::string_view like) {
  const std::string method(like.substr(0, like.find(':')));
  const EVP_MD* digest = EVP_get_digestbyname(method.c_str());
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (digest == nullptr || EVP_DigestInit_ex(context.get(), digest, nullptr) != 1) {
    return Failure("checksum method {} is not available in this OpenSSL", method);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure("cannot read {}", path.string());
  std::vector<char> buffer(1 << 18);
  do {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<size_t>(file.gcount()));
  } while (file);
  if (file.bad()) return Failure("cannot read {}", path.string());
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), value, &size);
  std::string text = method + ":";
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", value[i]);
  return text;
}

}  // namespace genet
