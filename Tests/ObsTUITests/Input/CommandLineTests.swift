import ObsData
import Testing

@testable import ObsTUI

@Suite struct CommandLineTests {
  @Test(arguments: [
    ("theme nord", Invocation(command: .theme, argument: "nord")),
    (":theme  nord ", Invocation(command: .theme, argument: "nord")),
    ("them nord", Invocation(command: .theme, argument: "nord")),
    ("filter level:error and 连接", Invocation(command: .filter, argument: "level:error and 连接")),
    ("q", Invocation(command: .quit)), (":h", Invocation(command: .help)),
    ("half-page-d", Invocation(command: .halfPageDown)),
    ("LINK", Invocation(command: .link)), ("w out.txt", Invocation(command: .write, argument: "out.txt")),
    (
      "trace 4bf92f3577b34da6a3ce929d0e0e4736",
      Invocation(command: .trace, argument: "4bf92f3577b34da6a3ce929d0e0e4736")
    ),
  ])
  func `a line is a command and its argument`(line: String, invocation: Invocation) throws {
    #expect(try CommandLine.parse(line) == invocation)
  }

  @Test(arguments: [
    ("", "no command"), (":", "no command"), ("themme x", "there is no command “themme”; did you mean “theme”?"),
    ("xyzzy", "there is no command “xyzzy”"), ("theme", "theme needs a NAME"),
    ("link x", "link takes nothing behind it"),
    ("hal", "“hal” may be half-page-down, half-page-up"),
  ])
  func `a line that is none is told`(line: String, message: String) {
    #expect(throws: CommandLineError(description: message)) { try CommandLine.parse(line) }
  }

  @Test func `names are completed until the argument begins`() {
    #expect(CommandLine.completions(for: "half") == ["half-page-down", "half-page-up"])
    #expect(CommandLine.completions(for: ":the") == ["theme"])
    #expect(CommandLine.completions(for: "theme n") == [])
    #expect(CommandLine.completions(for: "").count == Command.allCases.count)
    #expect(CommandLine.argument(in: "theme no") == Invocation(command: .theme, argument: "no"))
    #expect(CommandLine.argument(in: "them ") == Invocation(command: .theme))
    #expect(CommandLine.argument(in: "them") == nil)
  }

  @Test func `the nearest name has few edits`() {
    #expect(NearestName.nearest(to: "themes", among: ["trace", "theme"]) == "theme")
    #expect(NearestName.nearest(to: "tarce", among: ["trace", "theme"]) == "trace")
    #expect(NearestName.nearest(to: "banana", among: ["trace", "theme"]) == nil)
    #expect(NearestName.nearest(to: String(repeating: "x", count: 100_000), among: ["trace"]) == nil)
  }
}
