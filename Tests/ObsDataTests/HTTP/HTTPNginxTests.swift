import Foundation
import Testing

@testable import ObsData

/// An nginx of our own on free loopback ports: plain http, https by a CA of our own, and https that asks for a certificate.
/// Runs as one process in a folder that is removed in the end.
final class Nginx {
  static let binary = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  static let openssl = "/usr/bin/openssl"
  static var isInstalled: Bool { binary != nil && FileManager.default.isExecutableFile(atPath: openssl) }

  let folder: URL
  let ports: (plain: Int, tls: Int, mutual: Int, expired: Int, selfSigned: Int)
  private let process = Process()

  init() async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-nginx-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let free = try (0..<5).map { _ in try RawServer.freePort() }
    ports = (free[0], free[1], free[2], free[3], free[4])
    let made = await CommandRun.output(of: script, deadline: .seconds(30), maximumBytes: 1 << 20)
    try #require((try? made.get()) != nil, "openssl made no certificates")
    try write("htpasswd", "reader:{PLAIN}s3cret\n")
    try write("nginx.conf", configuration)
    process.executableURL = URL(filePath: Nginx.binary ?? "")
    process.arguments = ["-p", folder.path, "-e", "error.log", "-c", "nginx.conf"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    while process.isRunning, !RawServer.isListening(ports.mutual) { try await Task.sleep(for: .milliseconds(2)) }
  }

  deinit {
    // Its mask of signals is inherited from a Dispatch thread: only this one gets through.
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  /// Two authorities, a server's certificate for this machine and one for another, a client's and a stranger's.
  private var script: String {
    """
    set -e; cd '\(folder.path)'
    key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
    for ca in ca other; do openssl req -x509 $key -subj /CN=$ca -days 2 -keyout $ca.key -out $ca.pem; done
    sign() {
      echo "$3" > extensions
      openssl req -new $key -subj /CN=$1 -keyout $1.key -out $1.csr
      openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days ${4:-2} -extfile extensions -out $1.pem
    }
    sign server ca subjectAltName=DNS:localhost,IP:127.0.0.1
    sign elsewhere ca subjectAltName=DNS:es.example
    sign expired ca subjectAltName=IP:127.0.0.1 -1
    openssl req -x509 $key -subj /CN=self -addext subjectAltName=IP:127.0.0.1 -days 2 -keyout self.key -out self.pem
    openssl req -x509 $key -subj /CN=ca -days 2 -keyout again.key -out again.pem
    sign client ca extendedKeyUsage=clientAuth
    sign stranger other extendedKeyUsage=clientAuth
    """
  }

  private var configuration: String {
    """
    daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log error.log;
    events { worker_connections 64; }
    http {
      access_log off; default_type application/json;
      client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
      ssl_certificate server.pem; ssl_certificate_key server.key;
      server {
        listen 127.0.0.1:\(ports.plain);
        location /prom/api/ { return 200 "$request_uri"; }
        location /private/ { auth_basic "stores"; auth_basic_user_file htpasswd; try_files /none @in; }
        location @in { return 200 "in"; }
        location = /old/x { return 301 /prom/api/x; }
      }
      server { listen 127.0.0.1:\(ports.tls) ssl; location / { return 200 "{}"; } }
      server {
        listen 127.0.0.1:\(ports.tls) ssl; server_name localhost; ssl_certificate elsewhere.pem;
        ssl_certificate_key elsewhere.key;
      }
      server { listen 127.0.0.1:\(ports.expired) ssl; ssl_certificate expired.pem; ssl_certificate_key expired.key; }
      server { listen 127.0.0.1:\(ports.selfSigned) ssl; ssl_certificate self.pem; ssl_certificate_key self.key; }
      server {
        listen 127.0.0.1:\(ports.mutual) ssl; ssl_client_certificate ca.pem; ssl_verify_client on;
        location / { return 200 "$ssl_client_s_dn"; }
      }
    }
    """
  }
}

@Suite(.enabled(if: Nginx.isInstalled, "needs nginx and openssl"), .serialized) struct HTTPNginxTests {
  private let nginx: Nginx

  init() async throws { nginx = try await Nginx() }

  private func answer(_ address: String, _ change: (inout Endpoint) -> Void = { _ in }) async throws -> String {
    let transport = try transport(address, change)
    let request = HTTPRequest(.get, ["x"])
    do {
      let response = try await transport.send(request)
      guard let error = FetchError.status(response, to: request, at: transport.address) else { return text(response) }
      return "\(error.kind): \(error.sentence)"
    } catch {
      return "\(error.kind): \(error.sentence)" + (error.advice.map { "; " + $0 } ?? "")
    }
  }

  @Test func `base paths, redirects and Basic authorisation`() async throws {
    let plain = "http://127.0.0.1:\(nginx.ports.plain)"
    #expect(try await answer("\(plain)/prom/api/") == "200 /prom/api/x")
    #expect(try await answer("\(plain)/old") == "200 /prom/api/x")
    #expect(try await answer("\(plain)/private") == "unauthorised: 401 Authorization Required")
    for (password, expected) in [("s3cret", "200 in"), ("wrong", "unauthorised: 401 Authorization Required")] {
      let credentials = Credentials.basic(username: "reader", password: Secret(password))
      #expect(try await answer("\(plain)/private") { $0.credentials = credentials } == expected)
    }
  }

  @Test func `https by an authority of our own`() async throws {
    let tls = "https://127.0.0.1:\(nginx.ports.tls)"
    #expect(
      try await answer(tls) == """
        tls: its certificate is signed by “ca”, which this machine does not trust; \
        set ca_file to the certificate of that authority (insecure_skip_verify takes any)
        """)
    #expect(try await answer(tls) { $0.tls.caFile = nginx.path("ca.pem") } == "200 {}")
    let otherName = try await answer(tls.replacing("127.0.0.1", with: "localhost")) {
      $0.tls.caFile = nginx.path("ca.pem")
    }
    #expect(
      otherName == """
        tls: its certificate is for es.example, not for localhost; \
        use a name that stands in the certificate (insecure_skip_verify takes any)
        """)
    #expect(
      try await answer(tls) { $0.tls.caFile = nginx.path("other.pem") }.hasPrefix(
        "tls: its certificate is signed by “ca”, which is not in \(nginx.path("other.pem"))".prefix(150)))
    #expect(try await answer(tls) { $0.tls.skipsVerification = true } == "200 {}")
  }

  @Test func `why a certificate is refused: expired, self-signed, of an authority made anew`() async throws {
    let expired = "https://127.0.0.1:\(nginx.ports.expired)"
    let yesterday = Timestamp(seconds: Date().timeIntervalSince1970 - 86_400).iso8601.prefix(10)
    #expect(
      try await answer(expired) { $0.tls.caFile = nginx.path("ca.pem") } == """
        tls: its certificate expired on \(yesterday); \
        renew it on the server, or check this machine's clock (insecure_skip_verify takes any)
        """)
    let selfSigned = "https://127.0.0.1:\(nginx.ports.selfSigned)"
    #expect(
      try await answer(selfSigned) == """
        tls: its certificate is self-signed by “self”; set ca_file to this very certificate \
        (insecure_skip_verify takes any)
        """)
    #expect(try await answer(selfSigned) { $0.tls.caFile = nginx.path("self.pem") }.contains("404"))
    let anew = try await answer("https://127.0.0.1:\(nginx.ports.tls)") { $0.tls.caFile = nginx.path("again.pem") }
    #expect(anew.hasPrefix("tls: its certificate does not fit the authority “ca” in /"))
    #expect(anew.contains("take ca_file anew from the server"))
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `a client certificate that is asked for, that is foreign, that fits`(version: String) async throws {
    let server = Process()
    let port = try RawServer.freePort()
    server.executableURL = URL(filePath: Nginx.openssl)
    server.arguments =
      ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", "server.pem", "-key", "server.key", "-CAfile", "ca.pem"]
      + ["-Verify", "1", "-verify_return_error", "-www", "-quiet", version]
    server.currentDirectoryURL = nginx.folder
    (server.standardOutput, server.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try server.run()
    defer { kill(server.processIdentifier, SIGKILL) }
    while server.isRunning, !RawServer.isListening(port) { try await Task.sleep(for: .milliseconds(2)) }
    func answer(_ name: String?) async throws -> String {
      try await self.answer("https://127.0.0.1:\(port)") {
        $0.tls.caFile = nginx.path("ca.pem")
        $0.tls.certificateFile = name.map { nginx.path("\($0).pem") }
        $0.tls.keyFile = name.map { nginx.path("\($0).key") }
      }
    }
    let none = try await answer(nil)
    #expect(none.hasPrefix("tls: it asks for a client") || none.hasPrefix("tls: it seems to ask for a client"))
    #expect(none.hasSuffix("certificate; set cert_file and key_file"))
    #expect(try await answer("stranger").hasPrefix("tls: it did not accept our client certificate; check cert_file"))
    #expect(try await answer("client").hasPrefix("malformed: a web page instead of data"))
  }

  @Test func `the wrong scheme is said to be that`() async throws {
    #expect(
      try await answer("https://127.0.0.1:\(nginx.ports.plain)")
        == "tls: the port does not speak TLS; try http:// instead of https://")
    #expect(
      try await answer("http://127.0.0.1:\(nginx.ports.tls)")
        == "badQuery: 400 The plain HTTP request was sent to HTTPS port")
  }

  @Test func `a client certificate, none, and one of a stranger`() async throws {
    let mutual = "https://127.0.0.1:\(nginx.ports.mutual)"
    func answer(_ name: String?, key: String? = nil) async throws -> String {
      try await self.answer(mutual) {
        $0.tls.caFile = nginx.path("ca.pem")
        $0.tls.certificateFile = name.map { nginx.path("\($0).pem") }
        $0.tls.keyFile = (key ?? name).map { nginx.path("\($0).key") }
      }
    }
    #expect(try await answer("client") == "200 CN=client")
    #expect(try await answer(nil) == "tls: 400 No required SSL certificate was sent")
    #expect(try await answer("stranger") == "tls: 400 The SSL certificate error")
    let mismatch = try await answer("client", key: "server")
    #expect(mismatch == "tls: key_file is not the key of cert_file; correct the settings")
  }

  @Test func `files that are not there or hold nothing are named`() async throws {
    let tls = "https://127.0.0.1:\(nginx.ports.tls)"
    #expect(
      try await answer(tls) { $0.tls.caFile = "/nonexistent/ca.pem" }
        == "settings: /nonexistent/ca.pem does not exist; correct ca_file in the settings")
    #expect(
      try await answer(tls) { $0.tls.caFile = nginx.path("ca.key") }
        == "settings: \(nginx.path("ca.key")) holds no certificate (PEM); correct ca_file in the settings")
    #expect(
      try await answer(tls) {
        $0.tls.certificateFile = nginx.path("client.pem")
      }.hasSuffix("(PEM, without a passphrase); set key_file to the key of cert_file"))
  }
}
