import Foundation
import Testing

@testable import ObsTUI

@Suite struct `Tab behind a command that takes a file` {
  private let listing = FolderListing(folder: "data/", names: [".git/", "log.txt", "trace-1.json", "traces/"])

  @Test func `asks for the folder, then goes through what is in it`() throws {
    var session = TestSession()
    try session.press("\":open-trace data/tr\" tab")
    #expect(session.effects.last == .listFolder("data/"))
    session.send(.folder(listing))
    #expect(session.footer.contains("open-trace data/trace-1.json"))
    try session.press("tab")
    #expect(session.footer.contains("open-trace data/traces/"))
    try session.press("tab")
    #expect(session.footer.contains("open-trace data/trace-1.json"))
  }

  @Test func `takes the only one there is, and asks anew for the folder below`() throws {
    var session = TestSession()
    try session.press("\":write data/traces\" tab")
    session.send(.folder(listing))
    #expect(session.footer.contains("write data/traces/"))
    try session.press("tab")
    #expect(session.effects.last == .listFolder("data/traces/"))
  }

  @Test func `does nothing to a line that was changed meanwhile, or to another command`() throws {
    var session = TestSession()
    try session.press("\":open-trace data/tr\" tab \"x\"")
    session.send(.folder(listing))
    #expect(session.footer.contains("open-trace data/trx"))
    session.effects = []
    try session.press("escape \":theme x\" tab")
    #expect(session.effects == [])
  }

  @Test func `reads a folder: folders with a slash, what is hidden only behind a dot`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "obs-tui-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appending(path: "b"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["a.json", ".hidden"] { try Data().write(to: folder.appending(path: name)) }
    let found = FolderListing.read(folder.path + "/")
    #expect(found.names == [".hidden", "a.json", "b/"])
    #expect(found.paths(beginningWith: folder.path + "/") == [folder.path + "/a.json", folder.path + "/b/"])
    #expect(found.paths(beginningWith: folder.path + "/.") == [folder.path + "/.hidden"])
    #expect(FolderListing.read("/no/such/folder/").names == [])
    #expect(FolderListing.folder(of: "x.json") == "" && FolderListing.folder(of: "~/x/y") == "~/x/")
  }
}
