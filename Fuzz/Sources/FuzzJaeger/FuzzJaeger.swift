import FuzzSupport
import ObsData

/// What libFuzzer calls with every text that it makes up.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count, as: .jaeger)
  return 0
}
