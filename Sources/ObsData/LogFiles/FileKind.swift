/// What the first bytes of a file say of it.
enum FileKind: Equatable {
  case text, gzip
  /// No text that can be read, and what to do about it.
  case refused(String)

  private static let formats: [(magic: [UInt8], name: String, advice: String)] = [
    ([0x28, 0xB5, 0x2F, 0xFD], "is zstd-compressed", ": zstdcat FILE | obs-tui --file -"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "is xz-compressed", ": xzcat FILE | obs-tui --file -"),
    ([0x42, 0x5A, 0x68], "is bzip2-compressed", ": bzcat FILE | obs-tui --file -"),
    ([0x50, 0x4B, 0x03, 0x04], "is a zip archive", ": unzip -p FILE | obs-tui --file -"),
    ([0x7F, 0x45, 0x4C, 0x46], "is a program, not a log", ""),
    ([0xFF, 0xFE], "is UTF-16 text", ": iconv -f UTF-16 -t UTF-8 FILE | obs-tui --file -"),
    ([0xFE, 0xFF], "is UTF-16 text", ": iconv -f UTF-16 -t UTF-8 FILE | obs-tui --file -"),
    (Array("LPKSHHRH".utf8), "is systemd's journal", ": journalctl -o json | obs-tui --file -"),
  ]

  /// Judges by the first few thousand bytes. Zeros at the very start are the hole that truncating a file under its writer
  /// leaves; here and there one may stand in a text.
  init(of start: [UInt8]) {
    if start.starts(with: [0x1F, 0x8B]) {
      self = .gzip
      return
    }
    for format in FileKind.formats where start.starts(with: format.magic) {
      self = .refused(format.name + format.advice)
      return
    }
    let text = start.drop { $0 == 0 }
    let odd = text.count { $0 < 32 && !(7...13).contains($0) && $0 != 27 }
    let zeros = text.count { $0 == 0 }
    self = zeros * 20 > text.count || odd * 10 > text.count ? .refused("is no text: it looks like binary data") : .text
  }
}
