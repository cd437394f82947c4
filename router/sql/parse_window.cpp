// Window specifications and ordered lists.
#include "router/sql/parser_impl.h"

namespace leasehold::router {
namespace {

FrameUnit frame_unit(Keyword keyword) {
    switch (keyword) {
        case Keyword::rows:
            return FrameUnit::rows;
        case Keyword::range:
            return FrameUnit::range;
        case Keyword::groups:
            return FrameUnit::groups;
        default:
            return FrameUnit::none;
    }
}

}  // namespace

// At OVER.
Window* Parser::over() {
    advance();
    auto* window = make<Window>();
    if (at(TokenKind::left_paren)) {
        *window = window_spec();
        return window;
    }
    window->range.begin = begin();
    window->reference = true;
    window->name = name();
    window->range.end = end();
    return window;
}

// ( [base] [PARTITION BY ...] [ORDER BY ...] [frame] )
Window Parser::window_spec() {
    Window window;
    window.range.begin = begin();
    expect(TokenKind::left_paren);
    // GROUPS is a frame only where a bound follows; otherwise a window's name.
    if (is_name_token(token()) &&
        (frame_unit(word()) == FrameUnit::none || token(1).kind == TokenKind::right_paren)) {
        window.base = name();
    }
    if (accept(Keyword::partition)) {
        expect(Keyword::by);
        window.partition_by = expr_list();
    }
    if (accept(Keyword::order)) {
        expect(Keyword::by);
        window.order_by = order_list();
    }
    window.unit = frame_unit(word());
    if (window.unit != FrameUnit::none) {
        const std::size_t frame = position_;
        skip_balanced();
        window.frame = raw_from(frame);
    }
    expect(TokenKind::right_paren);
    window.range.end = end();
    return window;
}

std::span<OrderItem> Parser::order_list() {
    auto list = list_of<OrderItem>();
    do {
        OrderItem item;
        item.range.begin = begin();
        item.expr = expr();
        if (accept(Keyword::asc)) {
            item.order = Order::ascending;
        } else if (accept(Keyword::desc)) {
            item.order = Order::descending;
        }
        item.range.end = end();
        list.push(item);
    } while (accept(TokenKind::comma));
    return list.span();
}

}  // namespace leasehold::router
