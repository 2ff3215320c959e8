// Whether two sides of a service mean the same functions.
#pragma once

#include <cstdint>
#include <string>

namespace mortise {

// A longer signature is refused.
constexpr uint64_t max_signature = 65535;

// False when a function that both state differs, or the provider lacks one that came with the wanted version or an
// earlier one. An empty signature is unstated, and fits any. As src/services/signature/fits.ts has it.
bool signature_fits(const std::string &provided, const std::string &wanted, uint32_t version);

} // namespace mortise
