// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product's build does not pay for it. It needs `swift build --sanitize=fuzzer`, whose runtime
// brings the `main`: `make fuzz`.
let decoders = ["FuzzJaeger", "FuzzOTLP", "FuzzZipkin"]

let package = Package(
  name: "Fuzz",
  dependencies: [.package(name: "obs-tui", path: "..")],
  targets: [
    .target(name: "FuzzSupport", dependencies: [.product(name: "ObsData", package: "obs-tui")])
  ]
    + decoders.map {
      .executableTarget(
        name: $0, dependencies: ["FuzzSupport", .product(name: "ObsData", package: "obs-tui")],
        swiftSettings: [.treatAllWarnings(as: .error), .unsafeFlags(["-parse-as-library"])])
    },
  swiftLanguageModes: [.v6]
)
