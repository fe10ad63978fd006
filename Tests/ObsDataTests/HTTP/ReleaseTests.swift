import Testing

@testable import ObsData

@Suite struct ReleaseTests {
  @Test(arguments: [
    ("anna", "bastion.example.org", "obs-tui/anna@bastion"), ("", "", "obs-tui/unknown@unknown"),
    ("a b\r\nX-Evil: 1", "höst", "obs-tui/a_b__X-Evil__1@h_st"),
    (String(repeating: "u", count: 300), "h", "obs-tui/" + String(repeating: "u", count: 80)),
  ])
  func `who asks is told in a header's characters`(user: String, host: String, id: String) {
    #expect(Release.opaqueID(user: user, host: host) == id)
  }

  @Test func `what is sent has one user and one machine in it`() {
    #expect(Release.opaqueID.wholeMatch(of: #/obs-tui\/[A-Za-z0-9_.-]+@[A-Za-z0-9_-]+/#) != nil)
  }

  @Test func `the version names its commit and its day, or says that they are not known`() {
    #expect(
      Release.description.wholeMatch(of: #/\d+\.\d+\.\d+ \(commit \S+, built (\d{4}-\d\d-\d\d|unknown)\)/#) != nil)
  }
}
