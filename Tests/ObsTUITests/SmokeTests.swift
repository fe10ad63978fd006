import Testing

@testable import ObsTUI

@Test func `the module loads`() { #expect(Bool(true)) }
