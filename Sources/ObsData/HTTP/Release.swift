import CRelease
import Glibc

/// What this program calls itself.
public enum Release {
  /// The version, by semver.org.
  public static let version = "0.1.0"
  /// The commit that was built, abbreviated; `unknown` where the build did not say.
  public static let commit = String(cString: crelease_commit())
  /// The day of the build, as `2026-01-31`; `unknown` where the build did not say.
  public static let buildDate = String(cString: crelease_date())
  /// What `--version` prints.
  public static let description = "\(version) (commit \(commit), built \(buildDate))"
  /// The `User-Agent` of every request.
  public static let userAgent = "obs-tui/\(version)"
  /// The `X-Opaque-Id` of every request: program, user and machine. Elasticsearch shows it beside a running task and in its slow log,
  /// so that a cluster's owner sees who asks. The same for all requests of a user: a number in it would make its logs useless.
  public static let opaqueID = opaqueID(user: userName, host: hostName)

  /// Whatever a name holds that a header should not carry becomes `_`; at most 100 bytes come of it.
  static func opaqueID(user: String, host: String) -> String {
    let place = host.prefix { $0 != "." }
    let name = "\(user.isEmpty ? "unknown" : user)@\(place.isEmpty ? "unknown" : String(place))"
    let plain = name.unicodeScalars.prefix(80).map { scalar in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      return isPlain || "@-_.".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
    }
    return "obs-tui/" + String(plain)
  }

  private static var userName: String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var room = [CChar](repeating: 0, count: 4096)
    guard getpwuid_r(geteuid(), &entry, &room, room.count, &found) == 0, found != nil, let name = entry.pw_name else {
      return "\(geteuid())"
    }
    return String(cString: name)
  }

  private static var hostName: String {
    var room = [CChar](repeating: 0, count: 256)
    guard gethostname(&room, room.count - 1) == 0 else { return "" }
    return room.withUnsafeBufferPointer {
      String(decoding: $0.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
}
