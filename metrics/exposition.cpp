#include "metrics/exposition.h"

#include <prometheus/text_serializer.h>

#include "metrics/exposition_family.h"

namespace leasehold::metrics {

std::string render(const Snapshot& snapshot, const ProcessFigures& process) {
    std::vector<prometheus::MetricFamily> families;
    for (Families part :
         {tablet_families(snapshot), statement_families(snapshot), process_families(snapshot, process)}) {
        for (Family& family : part) {
            prometheus::MetricFamily made = std::move(family).take();
            if (!made.metric.empty()) families.push_back(std::move(made));
        }
    }
    return prometheus::TextSerializer().Serialize(families);
}

std::string render(const Snapshot& snapshot) {
    return render(snapshot, read_process_figures());
}

}  // namespace leasehold::metrics
