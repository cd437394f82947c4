#include "router/value_ref.h"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

namespace leasehold::router {

namespace {

std::optional<ReadValue> negate(const SqlValue& value) {
    const auto with_minus = [](std::string_view digits) {
        auto text = std::make_unique<std::string>();
        if (digits.starts_with('-')) {
            *text = digits.substr(1);
        } else {
            text->reserve(digits.size() + 1);
            text->push_back('-');
            text->append(digits);
        }
        const std::string_view view = *text;
        return ReadValue{Decimal{view}, std::move(text)};
    };
    constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    return std::visit(
        [&](const auto& v) -> std::optional<ReadValue> {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, Null>) {
                return ReadValue{Null{}, nullptr};
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                if (v == lowest) return ReadValue{std::uint64_t{1} << 63, nullptr};
                return ReadValue{-v, nullptr};
            } else if constexpr (std::is_same_v<T, std::uint64_t>) {
                if (v < std::uint64_t{1} << 63) return ReadValue{-static_cast<std::int64_t>(v), nullptr};
                if (v == std::uint64_t{1} << 63) return ReadValue{lowest, nullptr};
                return with_minus(std::to_string(v));
            } else if constexpr (std::is_same_v<T, double>) {
                return ReadValue{-v, nullptr};
            } else if constexpr (std::is_same_v<T, Decimal>) {
                return with_minus(v.digits);
            } else {
                return std::nullopt;
            }
        },
        value);
}

}  // namespace

ValueRef Constants::add(const SqlValue& value) {
    const auto own = [&](std::string_view text) -> std::string_view {
        bytes_ += text.size();
        return *text_.emplace_back(std::make_unique<std::string>(text));
    };
    SqlValue owned = value;
    if (const auto* text = std::get_if<std::string_view>(&value)) owned = own(*text);
    if (const auto* decimal = std::get_if<Decimal>(&value)) owned = Decimal{own(decimal->digits)};
    if (const auto* hex = std::get_if<HexBytes>(&value)) owned = HexBytes{own(hex->bytes)};
    bytes_ += sizeof(SqlValue);
    values_.push_back(owned);
    return {ValueRef::From::constant, false, false, static_cast<std::uint32_t>(values_.size() - 1)};
}

std::optional<ReadValue> read_value(ValueRef ref, const Constants& constants,
                                    std::span<const SqlValue> execution) {
    if (ref.from == ValueRef::From::execution && ref.index >= execution.size()) return std::nullopt;
    const SqlValue& value =
        ref.from == ValueRef::From::execution ? execution[ref.index] : constants[ref.index];
    if (ref.negated) return negate(value);
    if (const auto* hex = std::get_if<HexBytes>(&value); hex != nullptr && ref.text)
        return ReadValue{hex->bytes, nullptr};
    return ReadValue{value, nullptr};
}

std::optional<ReadKey> read_key(std::span<const ValueRef> refs, const Constants& constants,
                                std::span<const SqlValue> execution) {
    ReadKey key;
    std::optional<ReadValue> first = read_value(refs[0], constants, execution);
    if (!first) return std::nullopt;
    key.first_ = std::move(*first);
    if (refs.size() == 1) return key;
    key.rest_.push_back(key.first_.value);
    for (const ValueRef ref : refs.subspan(1)) {
        std::optional<ReadValue> read = read_value(ref, constants, execution);
        if (!read) return std::nullopt;
        key.rest_.push_back(read->value);
        key.text_.push_back(std::move(read->text));
    }
    return key;
}

std::optional<ValueRef> Constants::ref_to_literal(const LiteralExpr& literal, const ParseTree& tree,
                                                  bool prepared) {
    switch (literal.literal) {
        case LiteralKind::null:
            return add(Null{});
        case LiteralKind::true_:
            return add(std::int64_t{1});
        case LiteralKind::false_:
            return add(std::int64_t{0});
        default:
            break;
    }
    if (literal.pieces != 1 || literal.index == LiteralExpr::no_index) return std::nullopt;
    const bool text = !literal.prefix.empty();
    if (!prepared) return ValueRef{ValueRef::From::execution, false, text, literal.index};
    const auto offset = static_cast<std::uint32_t>(literal.text.data() - tree.sql().data());
    const auto& tokens = tree.tokens.tokens;
    const auto token = std::ranges::lower_bound(tokens, offset, {}, &Token::offset);
    if (token == tokens.end() || token->offset != offset) return std::nullopt;
    std::vector<std::unique_ptr<std::string>> storage;
    const LiteralToken written{token->kind, token->offset, token->length};
    ValueRef ref = add(routing_value(tree.sql(), written, tree.tokens.mode, storage));
    ref.text = text;
    return ref;
}

std::optional<ValueRef> Constants::ref_to(const Expr& expr, const ParseTree& tree, bool prepared) {
    if (const auto* literal = expr.as<LiteralExpr>()) return ref_to_literal(*literal, tree, prepared);
    if (const auto* parameter = expr.as<ParamExpr>()) {
        return ValueRef{ValueRef::From::execution, false, false, parameter->ordinal};
    }
    const auto* unary = expr.as<UnaryExpr>();
    if (unary == nullptr || unary->operand->kind == ExprKind::unary) return std::nullopt;
    if (unary->op != UnaryOp::minus && unary->op != UnaryOp::plus) return std::nullopt;
    std::optional<ValueRef> ref = ref_to(*unary->operand, tree, prepared);
    if (ref && unary->op == UnaryOp::minus) ref->negated = true;
    return ref;
}

SqlValue routing_value(std::string_view sql, const LiteralToken& literal, SqlMode mode,
                       std::vector<std::unique_ptr<std::string>>& storage) {
    const SqlValue value = literal_value(sql, literal, mode, storage);
    const bool spells_bytes = literal.kind >= TokenKind::hex_string && literal.kind <= TokenKind::bit_number;
    const auto* bytes = std::get_if<std::string_view>(&value);
    if (spells_bytes && bytes != nullptr) return HexBytes{*bytes};
    return value;
}

}  // namespace leasehold::router
