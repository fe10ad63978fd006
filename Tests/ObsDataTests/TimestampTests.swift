import Testing

@testable import ObsData

@Suite struct `Instants in time` {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", Int64(0)),
    ("2026-11-22T08:53:10.123Z", 1_795_337_590_123_000_000),
    ("2026-11-22T16:53:10.123+08:00", 1_795_337_590_123_000_000),
    ("2026-11-22T16:53:10.123+0800", 1_795_337_590_123_000_000),
    ("2026-11-22 08:53:10,123", 1_795_337_590_123_000_000),
    ("2026-11-22T08:53:10.123456789999Z", 1_795_337_590_123_456_789),
    ("2024-02-29", 1_709_164_800_000_000_000),
    ("1969-12-31T23:59:59.5Z", -500_000_000),
  ])
  func `reads RFC 3339 and its neighbours`(text: String, nanoseconds: Int64) {
    #expect(Timestamp(iso8601: text)?.nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", "yesterday", "2026-13-01", "2026-11-22T", "2026-11-22T08:61:00Z", "2026-11-22T08:53:10.Z", "22.11.2026",
    "2026-11-22T08:53:10+8", "9999-01-01T00:00:00Z", "2026-11-22T08:53:10Zjunk", "２０２６-11-22",
  ])
  func `refuses what is no time`(text: String) { #expect(Timestamp(iso8601: text) == nil) }

  @Test func `writes what it reads`() {
    for text in ["2026-11-22T08:53:10.123Z", "1969-12-31T23:59:59.500Z", "2000-02-29T00:00:00.000Z"] {
      #expect(Timestamp(iso8601: text)?.iso8601 == text)
    }
  }

  @Test func `is clamped where sums leave its range`() {
    let last = Timestamp(nanoseconds: .max)
    #expect(last + .seconds(1) == last)
    #expect(Timestamp(nanoseconds: .min) - .seconds(1) == Timestamp(nanoseconds: .min))
    #expect(Timestamp(milliseconds: .max).nanoseconds == .max)
    #expect(Timestamp(seconds: .infinity).nanoseconds == .max)
    #expect(Timestamp(seconds: .nan).nanoseconds == 0)
    #expect((last - Timestamp(nanoseconds: .min)).nanoseconds == .max)
  }

  @Test func `is floored towards the past, also before the epoch`() {
    #expect(Timestamp(seconds: 61).floored(to: .seconds(15)) == Timestamp(seconds: 60))
    #expect(Timestamp(seconds: -1).floored(to: .seconds(15)) == Timestamp(seconds: -15))
  }
}

@Suite struct `Identifiers` {
  @Test(arguments: [
    "4bf92f3577b34da6a3ce929d0e0e4736", "4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
  ])
  func `a trace id is the same in any spelling`(text: String) {
    #expect(TraceID(hex: text)?.description == "4bf92f3577b34da6a3ce929d0e0e4736")
  }

  @Test func `a trace id of 64 bits is padded for comparing and short for Jaeger`() {
    let id = TraceID(hex: "703cff0b39763c0b")
    #expect(id == TraceID(hex: "0000000000000000703cff0b39763c0b"))
    #expect(id?.short == "703cff0b39763c0b")
    #expect(id?.description.count == 32)
  }

  @Test(arguments: ["", "xyz", "0000", "4bf92f3577b34da6a3ce929d0e0e47361", "4bf9 2f35"])
  func `what is no id is none`(text: String) { #expect(TraceID(hex: text) == nil) }

  @Test func `a span id has 16 digits at most`() {
    #expect(SpanID(hex: "E457b5a2e4d86bd1")?.description == "e457b5a2e4d86bd1")
    #expect(SpanID(hex: "1")?.description == "0000000000000001")
    #expect(SpanID(hex: "1e457b5a2e4d86bd1") == nil)
  }
}

@Suite struct `Service naming` {
  @Test(arguments: [
    ("msg-server", "msg-server"), ("msg_server", "msg-server"), ("Msg.Server", "msg-server"),
    ("rustim/msg-server", "msg-server"), ("", ""), ("/", "/"),
  ])
  func `evens out the spelling`(raw: String, shown: String) { #expect(ServiceNaming().canonical(raw) == shown) }

  @Test func `takes off what the settings name, but never the whole name`() {
    let naming = ServiceNaming(stripPrefixes: ["rustim-"], stripSuffixes: ["-prod", "-svc"])
    #expect(naming.canonical("rustim_user-server-prod") == "user-server")
    #expect(naming.canonical("rustim-") == "rustim-")
  }

  @Test func `an alias wins, by the store's name or by the evened one`() {
    let naming = ServiceNaming(aliases: ["api-gateway": ["GW:8080", "gw"]])
    #expect(naming.canonical("GW:8080") == "api-gateway")
    #expect(naming.canonical("Gw") == "api-gateway")
  }
}
