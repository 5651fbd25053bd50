// SPDX-License-Identifier: BSL-1.0
#include "decider.hpp"

#include <sstream>
#include <stdexcept>

namespace ferry::model {

std::unique_ptr<strategy> make_strategy(const std::string &text) {
    std::istringstream words(text);
    std::string kind;
    words >> kind;
    if (std::uint64_t seed = 0; kind == "walk" && words >> seed)
        return std::make_unique<random_walk>(seed);
    if (unsigned changes = 0, steps = 0; kind == "priorities") {
        std::uint64_t seed = 0;
        if (words >> changes >> steps >> seed && steps != 0)
            return std::make_unique<priorities>(seed, changes, steps);
    }
    if (unsigned preemptions = 0, surprises = 0;
        kind == "path" && words >> preemptions >> surprises) {
        std::string path;
        words >> path;
        return std::make_unique<every_one>(preemptions, surprises, path);
    }
    if (std::uint64_t seed = 0; kind == "turns" && words >> seed) {
        std::string turns;
        words >> turns;
        return std::make_unique<in_turns>(seed, turns);
    }
    throw std::invalid_argument("there is no strategy \"" + text +
                                "\"; there are \"walk SEED\", \"priorities CHANGES STEPS "
                                "SEED\", \"turns SEED TURNS\" and \"path PREEMPTIONS SURPRISES "
                                "DECISIONS\"");
}

} // namespace ferry::model
