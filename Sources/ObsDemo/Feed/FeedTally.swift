import ObsData

/// The account of one way of a feed: what was taken and what was not, in lines or spans.
public struct FeedTally: Sendable, Equatable {
  /// What goes that way: `lines`, `spans`.
  public let unit: String
  /// Where it goes, for the account: `http://127.0.0.1:9200 (rustim-logs)`.
  public let destination: String
  /// Taken by the store or written.
  public internal(set) var sent = 0
  /// Refused for good.
  public internal(set) var refused = 0
  /// Why the first of these was refused, in the store's words.
  public internal(set) var reason: String?
  /// Not sent: there was no room to keep it while the store did not answer, or the feed ended before it did.
  public internal(set) var unsent = 0
  /// Whether whoever read the lines went away, as `head` does.
  public internal(set) var hasReaderLeft = false
  /// How often the store stopped answering.
  public internal(set) var outages = 0

  init(unit: String, destination: String) {
    self.unit = unit
    self.destination = destination
  }

  /// Whether everything arrived.
  public var isComplete: Bool { refused == 0 && unsent == 0 }

  /// The account in a line: `lines to http://127.0.0.1:9200 (rustim-logs): 1812 sent, 3 refused (the first: …), none lost`.
  public var summary: String {
    var parts = ["\(sent) sent"]
    parts.append(refused == 0 ? "none refused" : "\(refused) refused" + (reason.map { " (the first: \($0))" } ?? ""))
    parts.append(unsent == 0 ? "none lost" : "\(unsent) lost")
    if hasReaderLeft { parts.append("its reader has gone") }
    if outages > 0 { parts.append(outages == 1 ? "it failed once" : "it failed \(outages) times") }
    return "\(unit) to \(destination): " + parts.joined(separator: ", ")
  }
}
