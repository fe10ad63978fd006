import CZlib

/// Decompresses a whole gzip file in memory. Log files, which may be larger, go through a `Spool`.
enum Gzip {
  /// Why nothing came of it.
  enum Failure: Error, Hashable {
    /// At this byte of the compressed file.
    case damaged(Int)
    case truncated, tooLarge, cancelled, memory
  }

  private static let step = 256 << 10

  /// The decompressed bytes of all members. `watch` is told how far it has come, from 0 to 1, and says whether to go on.
  static func inflate(
    _ raw: [UInt8], maximumBytes: Int, watch: (Double) -> Bool = { _ in true }
  ) throws(Failure) -> [UInt8] {
    guard let stream = oz_open() else { throw .memory }
    defer { oz_close(stream) }
    var bytes: [UInt8] = []
    // The last four bytes of a gzip file say how long its text is; what a liar claims is not believed beyond reason.
    let claimed = raw.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    bytes.reserveCapacity(min(claimed, maximumBytes, raw.count * 32))
    var output = [UInt8](repeating: 0, count: step)
    var position = 0
    var memberCount = 0
    var isAtMember = true
    var isFull = false
    // A full output may mean that more of it waits, though all input is read.
    while position < raw.count || isFull {
      var used = 0
      var made = 0
      let code = raw[position...].withUnsafeBufferPointer { input in
        input.baseAddress.map { oz_inflate(stream, $0, input.count, &used, &output, output.count, &made) } ?? -1
      }
      position += used
      bytes += output[..<made]
      isFull = made == output.count
      if code < 0 || (code == 0 && used == 0 && made == 0) {
        // Zeros behind the last member are the padding of tapes and blocks.
        if isAtMember, memberCount > 0 { break }
        throw code < 0 ? .damaged(position) : .truncated
      }
      if bytes.count > maximumBytes { throw .tooLarge }
      isAtMember = code == 1
      if code == 1 {
        memberCount += 1
        oz_reset(stream)
      }
      guard watch(Double(position) / Double(raw.count)) else { throw .cancelled }
    }
    guard isAtMember else { throw .truncated }
    return bytes
  }
}
