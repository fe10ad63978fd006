import Testing

@testable import ObsDemo

@Test func `the module loads`() { #expect(Bool(true)) }
