#include "proxy/proxy_header_reader.h"

#include "pool/packet_io.h"

namespace leasehold::proxy {

net::Task<Result<bool>> begins_with_proxy_header(net::Channel& channel, net::Interrupt& interrupt) {
    std::uint8_t first[wire::proxy_header_prefix];
    const net::IoStatus status = co_await channel.read_exactly(first, interrupt);
    if (status != net::IoStatus::done) co_return pool::io_error(status);
    channel.unread(first);
    co_return wire::begins_proxy_header(first);
}

net::Task<Result<wire::ProxyHeader>> read_proxy_header(net::Worker& worker, net::Channel& channel,
                                                       net::Interrupt& interrupt) {
    static_assert(wire::max_proxy_header <= net::buffer_bytes);
    const net::Buffer buffer = worker.buffers().borrow();
    std::size_t filled = 0;
    for (;;) {
        Result<wire::ProxyHeader> header = wire::decode_proxy_header(wire::BytesView(buffer.data(), filled));
        if (!header || header->missing == 0) co_return header;
        const std::span<std::uint8_t> room = buffer.span().subspan(filled, header->missing);
        const net::IoStatus status = co_await channel.read_exactly(room, interrupt);
        if (status != net::IoStatus::done) co_return pool::io_error(status);
        filled += room.size();
    }
}

std::string_view ip_of_client(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos) return {};
    std::string_view ip = address.substr(0, colon);
    if (ip.starts_with('[') && ip.ends_with(']')) ip = ip.substr(1, ip.size() - 2);
    return ip;
}

}  // namespace leasehold::proxy
