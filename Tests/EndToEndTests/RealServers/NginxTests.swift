import Foundation
import Testing

extension RealServers {
  /// The program through a real nginx in front of the demo's Elasticsearch, led there by a settings file.
  @Suite(.serialized, .enabled(if: NginxFront.isPossible, "needs nginx, openssl and curl")) struct NginxTests {
    private let front: NginxFront

    init() throws { front = try NginxFront(backend: ServedDemo.addresses().elasticsearch) }

    private func frame(_ context: String, _ arguments: [String] = []) throws -> Frame {
      try Frame(
        ["--size", "160x20", "--config", front.settings, "--context", context] + arguments,
        environment: ["ES_PASSWORD": NginxFront.password])
    }

    @Test(arguments: ["tls", "mutual", "password", "password-file", "password-command", "base-path", "gzip"])
    func `a store behind a proxy answers as it does without one`(context: String) throws {
      let frame = try frame(context)
      #expect(frame.status == 0, "\(frame.errors)\(frame.text)")
      #expect(frame.text.contains(/\d+ matched/), "\(frame.text)")
      #expect(frame.line("0 all").contains("api-gateway"), "\(frame.text)")
    }

    @Test(arguments: [
      ("wrong-ca", ["its certificate is signed by", "which is not in", "set ca_file to"]),
      ("no-certificate", ["400 No required SSL certificate was sent"]),
      ("wrong-password", ["401 Authorization Required"]),
      ("login-page", ["a page that asks to log in (Sign in)", "to do: set credentials"]),
      ("truncated", ["Elasticsearch"]), ("down", ["502"]),
    ])
    func `what is wrong is said, and the program ends with 3`(context: String, words: [String]) throws {
      let frame = try frame(context)
      #expect(frame.status == 3, "\(frame.errors)")
      for word in words { #expect(frame.contains(word), "\(word) in\n\(frame.text)") }
      #expect(frame.contains("What to do:"), "\(frame.text)")
      #expect(frame.errors.contains("no answer from Elasticsearch"))
    }

    @Test(arguments: ["password", "password-file", "password-command", "wrong-password"])
    func `no secret is seen anywhere`(context: String) throws {
      let log = front.path("\(context).log")
      let frame = try frame(context, ["--log-file", log, "--ansi"])
      let shown = try Program.run(
        Program.path, ["config", "show", "--config", front.settings, "--context", context],
        environment: ["ES_PASSWORD": NginxFront.password])
      #expect(shown.status == 0 && shown.output.contains("username"), "\(shown.errors)")
      let written = try String(contentsOfFile: log, encoding: .utf8)
      let encoded = Data("reader:\(NginxFront.password)".utf8).base64EncodedString()
      for text in [frame.text, frame.errors, shown.output, shown.errors, written] {
        for secret in [NginxFront.password, NginxFront.wrongPassword, encoded] { #expect(!text.contains(secret)) }
      }
    }

    @Test func `a backend that comes back is shown again`() throws {
      #expect(try frame("down").contains("502"))
      let nginx = try front.revive()
      defer { nginx.stop() }
      let revived = try eventually("an answer") { () throws -> Frame? in
        let answer = try frame("down")
        return answer.status == 0 ? answer : nil
      }
      #expect(revived.text.contains(/\d+ matched/), "\(revived.text)")
    }
  }
}

/// An nginx of our own with an authority of its own, in a folder that is removed in the end.
final class NginxFront {
  static let password = "open-sesame-4711"
  static let wrongPassword = "close-sesame-0815"
  static let isPossible = ["nginx", "openssl", "curl"].allSatisfy { Program.tool($0) != nil }

  private let folder: URL
  private let backend: String
  private let dead: Int
  private var process: BackgroundServer?

  var settings: String { path("config.yaml") }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  init(backend: String) throws {
    self.backend = backend
    folder = try Program.temporaryFolder()
    let (tls, mutual, plain) = (
      try BackgroundServer.freePort(), try BackgroundServer.freePort(), try BackgroundServer.freePort()
    )
    dead = try BackgroundServer.freePort()
    let made = try Program.run("/bin/sh", ["-c", NginxFront.certificates], folder: folder)
    guard made.status == 0 else { throw BackgroundServer.Failure(description: made.errors) }
    let hash = try Program.run(Program.tool("openssl") ?? "", ["passwd", "-apr1", NginxFront.password]).output
    try write("htpasswd", "reader:\(hash)")
    try write("secret", NginxFront.password + "\n")
    try write("nginx.conf", configuration(tls: tls, mutual: mutual, plain: plain))
    try write("config.yaml", contexts(tls: tls, mutual: mutual, plain: plain))
    process = try BackgroundServer(
      Program.tool("nginx") ?? "", ["-p", folder.path, "-e", "error.log", "-c", "nginx.conf"],
      log: folder.appending(path: "nginx.log"))
    try eventually("nginx") { try Curl.ask("http://127.0.0.1:\(plain)/login")?.status }
  }

  deinit {
    process?.stop()
    try? FileManager.default.removeItem(at: folder)
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  /// Brings up what the `down` context has missed: another nginx that leads on to the backend.
  func revive() throws -> BackgroundServer {
    try write(
      "second.conf",
      """
      daemon off; master_process off; pid second.pid; error_log error.log; events { worker_connections 64; }
      http { access_log off; client_body_temp_path u1; proxy_temp_path u2; fastcgi_temp_path u3; uwsgi_temp_path u4;
        scgi_temp_path u5; server { listen 127.0.0.1:\(dead); location / { proxy_pass \(backend); } } }
      """)
    return try BackgroundServer(
      Program.tool("nginx") ?? "", ["-p", folder.path, "-e", "error.log", "-c", "second.conf"],
      log: folder.appending(path: "second.log"))
  }

  private static let certificates = """
    set -e; key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'; exec 2>/dev/null
    for ca in ca other; do openssl req -x509 $key -subj /CN=$ca -days 2 -keyout $ca.key -out $ca.pem; done
    sign() {
      echo "$2" > extensions
      openssl req -new $key -subj /CN=$1 -keyout $1.key -out $1.csr
      openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile extensions -out $1.pem
    }
    sign server subjectAltName=DNS:localhost,IP:127.0.0.1
    sign client extendedKeyUsage=clientAuth
    """

  private func configuration(tls: Int, mutual: Int, plain: Int) -> String {
    """
    daemon off; master_process off; worker_processes 1; pid nginx.pid; error_log error.log;
    events { worker_connections 64; }
    http {
      access_log off;
      client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
      ssl_certificate server.pem; ssl_certificate_key server.key;
      server { listen 127.0.0.1:\(tls) ssl; location / { proxy_pass \(backend); } }
      server {
        listen 127.0.0.1:\(mutual) ssl; ssl_client_certificate ca.pem; ssl_verify_client on;
        location / { proxy_pass \(backend); }
      }
      server {
        listen 127.0.0.1:\(plain);
        location /private/ { auth_basic "stores"; auth_basic_user_file htpasswd; proxy_pass \(backend)/; }
        location /es/ { proxy_pass \(backend)/; }
        location /gzip/ { gzip on; gzip_min_length 1; gzip_types application/json; proxy_pass \(backend)/; }
        location /login { default_type text/html; return 200 "<!doctype html><title>Sign in</title><p>Sign in"; }
        location /truncated { default_type application/json; return 200 '{"took":3,"hits":{"total":{"va'; }
        location /down/ { proxy_pass http://127.0.0.1:\(dead)/; }
      }
    }
    """
  }

  private func contexts(tls: Int, mutual: Int, plain: Int) -> String {
    func context(_ name: String, _ url: String, _ more: String...) -> String {
      "  \(name):\n    elasticsearch:\n" + (["url: \(url)", "timeout: 60s"] + more).map { "      \($0)\n" }.joined()
    }
    let (secure, asking, open) = (
      "https://127.0.0.1:\(tls)", "https://127.0.0.1:\(mutual)", "http://127.0.0.1:\(plain)"
    )
    return "window: 5m\ncontexts:\n"
      + context("tls", secure, "ca_file: ca.pem") + context("wrong-ca", secure, "ca_file: other.pem")
      + context("mutual", asking, "ca_file: ca.pem", "cert_file: client.pem", "key_file: client.key")
      + context("no-certificate", asking, "ca_file: ca.pem")
      + context("password", "\(open)/private/", "username: reader", "password: ${ES_PASSWORD}")
      + context("password-file", "\(open)/private", "username: reader", "password_file: secret")
      + context("password-command", "\(open)/private", "username: reader", "password_command: cat \(path("secret"))")
      + context("wrong-password", "\(open)/private", "username: reader", "password: \(NginxFront.wrongPassword)")
      + context("base-path", "\(open)/es/") + context("gzip", "\(open)/gzip") + context("login-page", "\(open)/login")
      + context("truncated", "\(open)/truncated") + context("down", "\(open)/down")
  }
}
