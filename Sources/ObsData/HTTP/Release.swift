/// What this program calls itself.
public enum Release {
  /// The version, by semver.org.
  public static let version = "0.1.0"
  /// The `User-Agent` of every request.
  public static let userAgent = "obs-tui/\(version)"
}
