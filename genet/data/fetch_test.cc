#include "genet/data/fetch.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/checksum.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// An HTTP server on loopback for a handful of requests, one after the other.
class Server {
 public:
  Server() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    GENET_CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    GENET_CHECK(::listen(listener_, 8) == 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~Server() {
    stopped_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string Url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}/{}", port_, path);
  }

  // To be set before the first request.
  std::map<std::string, std::string> files;
  bool knows_ranges = true;
  size_t break_off_after = SIZE_MAX;  // bytes of the first answer's body

  // What was asked for: "name" or "name from N".
  std::vector<std::string> Requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void Serve() {
    while (!stopped_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) break;
      Answer(connection);
      ::close(connection);
    }
  }

  void Answer(int connection) {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
      if (count <= 0) return;
      request.append(buffer, static_cast<size_t>(count));
    }
    const size_t name_start = request.find('/') + 1;
    const std::string name = request.substr(name_start, request.find(' ', name_start) - name_start);
    size_t from = 0;
    const size_t range = request.find("Range: bytes=");
    if (range != std::string::npos) from = std::stoul(request.substr(range + 13));
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(range == std::string::npos ? name
                                                     : fmt::format("{} from {}", name, from));
    }
    const auto file = files.find(name);
    if (file == files.end()) return Send(connection, "404 Not Found", "", "no");
    const std::string& content = file->second;
    if (range == std::string::npos || !knows_ranges) return Send(connection, "200 OK", "", content);
    if (from >= content.size()) {
      return Send(connection, "416 Range Not Satisfiable",
                  fmt::format("Content-Range: bytes */{}\r\n", content.size()), "");
    }
    Send(connection, "206 Partial Content",
         fmt::format("Content-Range: bytes {}-{}/{}\r\n", from, content.size() - 1, content.size()),
         content.substr(from));
  }

  void Send(int connection, const std::string& status, const std::string& headers,
            const std::string& body) {
    std::string bytes =
        fmt::format("HTTP/1.1 {}\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n", status,
                    headers, body.size());
    bytes += body.substr(0, break_off_after);
    break_off_after = SIZE_MAX;
    for (size_t sent = 0; sent < bytes.size();) {
      const ssize_t count =
          ::send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<size_t>(count);
    }
  }

  int listener_ = -1, port_ = 0;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

const std::string& Content() {
  static const std::string content = [] {
    std::string text;
    for (int i = 0; i < 40000; ++i) text += std::to_string(i * 7919) + " ";
    return text;
  }();
  return content;
}

class FetchTest : public testing::Test {
 protected:
  FetchTest() {
    Put(folder / "reference", Content());
    sum = FileChecksum(folder / "reference", "md5").value();
    server.files["a.bin"] = Content();
    plan = {.data_set = "test", .files = {{"a.bin", server.Url("a.bin"), sum}}};
  }
  fs::path target() const { return folder / "got" / "a.bin"; }
  fs::path partial() const { return folder / "got" / "a.bin.partial"; }

  ScratchFolder folder;
  Server server;
  std::string sum;
  FetchPlan plan;
};

TEST(FileChecksum, AgreesWithKnownValues) {
  const ScratchFolder folder;
  Put(folder / "abc", "abc");
  EXPECT_EQ(FileChecksum(folder / "abc", "md5:x").value(), "md5:900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(FileChecksum(folder / "abc", "sha256").value(),
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_FALSE(FileChecksum(folder / "abc", "nonsense:1"));
  EXPECT_FALSE(FileChecksum(folder / "none", "md5"));
}

TEST_F(FetchTest, FetchesWithProgressAndThenNotAgain) {
  uint64_t last = 0, total = 0;
  const auto status = Fetch(plan, folder / "got", [&](const FetchProgress& progress) {
    EXPECT_EQ(progress.file, "a.bin");
    EXPECT_GE(progress.received_bytes, last);
    last = progress.received_bytes;
    total = progress.total_bytes;
    return true;
  });
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(ReadFile(target()).value(), Content());
  EXPECT_FALSE(fs::exists(partial()));
  EXPECT_EQ(last, Content().size());
  EXPECT_EQ(total, Content().size());
  ASSERT_TRUE(Fetch(plan, folder / "got"));
  EXPECT_THAT(server.Requests(), ElementsAre("a.bin"));
}

TEST_F(FetchTest, GoesOnAfterABrokenConnection) {
  server.break_off_after = 100000;
  const auto broken = Fetch(plan, folder / "got");
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().message, HasSubstr(server.Url("a.bin")));
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_EQ(fs::file_size(partial()), 100000u);
  const auto status = Fetch(plan, folder / "got");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(ReadFile(target()).value(), Content());
  EXPECT_THAT(server.Requests(), ElementsAre("a.bin", "a.bin from 100000"));
}

TEST_F(FetchTest, StartsAnewWhereTheServerKnowsNoRanges) {
  server.knows_ranges = false;
  Put(partial(), Content().substr(0, 5000));
  const auto status = Fetch(plan, folder / "got");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(ReadFile(target()).value(), Content());
}

TEST_F(FetchTest, WholePartialFileNeedsOnlyItsName) {
  Put(partial(), Content());
  ASSERT_TRUE(Fetch(plan, folder / "got"));
  EXPECT_TRUE(fs::exists(target()));
  EXPECT_TRUE(server.Requests().empty());
}

TEST_F(FetchTest, WrongPartialFileIsReplaced) {
  for (const std::string& wrong : {std::string(5000, 'x'), Content() + "more"}) {
    fs::remove(target());
    Put(partial(), wrong);
    const auto status = Fetch(plan, folder / "got");
    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(ReadFile(target()).value(), Content());
  }
}

TEST_F(FetchTest, WrongChecksumNeverGetsTheName) {
  plan.files[0].checksum = "md5:00000000000000000000000000000000";
  const auto status = Fetch(plan, folder / "got");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message,
              AllOf(HasSubstr(server.Url("a.bin")), HasSubstr(sum), HasSubstr("md5:0000")));
  EXPECT_FALSE(fs::exists(target()));
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(FetchTest, WrongFileOfThatNameIsReportedAndKept) {
  Put(target(), "mine");
  const auto status = Fetch(plan, folder / "got");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr(target().string()));
  EXPECT_EQ(ReadFile(target()).value(), "mine");
}

TEST_F(FetchTest, MissingFileAndMissingServerAreErrorsWithTheAddress) {
  plan.files[0].url = server.Url("none.bin");
  const auto missing = Fetch(plan, folder / "got");
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, AllOf(HasSubstr("none.bin"), HasSubstr("404")));
  plan.files[0].url = "http://127.0.0.1:1/a.bin";
  EXPECT_THAT(Fetch(plan, folder / "got").error().message, HasSubstr("127.0.0.1:1/a.bin"));
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(FetchTest, CallbackStopsTheDownload) {
  const auto status =
      Fetch(plan, folder / "got", [](const FetchProgress& p) { return p.received_bytes == 0; });
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("stopped"));
  EXPECT_FALSE(fs::exists(target()));
}

}  // namespace
}  // namespace genet
