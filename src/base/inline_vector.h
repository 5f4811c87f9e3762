// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace godwit {

/// A vector of plain values of which the first `N` need no allocation. References and iterators end
/// with every change, and when the vector is moved.
template <class T, std::size_t N>
class InlineVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T>);

 public:
  InlineVector() = default;
  InlineVector(const InlineVector& other) { assign(other.begin(), other.size_); }
  InlineVector(InlineVector&& other) noexcept { take(other); }
  InlineVector& operator=(const InlineVector& other) {
    if (this != &other) assign(other.begin(), other.size_);
    return *this;
  }
  InlineVector& operator=(InlineVector&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~InlineVector() = default;

  [[nodiscard]] T* begin() { return heap_ ? heap_.get() : inline_; }
  [[nodiscard]] T* end() { return begin() + size_; }
  [[nodiscard]] const T* begin() const { return heap_ ? heap_.get() : inline_; }
  [[nodiscard]] const T* end() const { return begin() + size_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] T& operator[](std::size_t at) { return begin()[at]; }
  [[nodiscard]] const T& operator[](std::size_t at) const { return begin()[at]; }

  /// Replaces what is there.
  void assign(const T* values, std::size_t count) {
    if (count > capacity_) {
      heap_.reset(new T[count]);
      capacity_ = count;
    }
    std::copy_n(values, count, begin());
    size_ = count;
  }
  void push_back(const T& value) { insert(end(), value); }
  /// Inserts before `place`; answers where the value stands now.
  T* insert(T* place, const T& value) {
    const T kept = value;  // it may stand in this very vector
    const auto at = place - begin();
    if (size_ == capacity_) grow();
    T* const to = begin() + at;
    std::copy_backward(to, end(), end() + 1);
    *to = kept;
    ++size_;
    return to;
  }
  void erase(T* place) {
    std::copy(place + 1, end(), place);
    --size_;
  }
  template <class Predicate>
  void erase_if(Predicate predicate) {
    size_ = static_cast<std::size_t>(std::remove_if(begin(), end(), predicate) - begin());
  }

 private:
  void take(InlineVector& other) {
    heap_ = std::move(other.heap_);
    capacity_ = heap_ ? other.capacity_ : N;
    if (!heap_) std::copy_n(other.inline_, other.size_, inline_);
    size_ = std::exchange(other.size_, 0);
    other.capacity_ = N;
  }
  void grow() {
    std::unique_ptr<T[]> larger(new T[capacity_ * 2]);
    std::copy_n(begin(), size_, larger.get());
    heap_ = std::move(larger);
    capacity_ *= 2;
  }

  std::size_t size_ = 0;
  std::size_t capacity_ = N;
  std::unique_ptr<T[]> heap_;
  T inline_[N];
};

}  // namespace godwit
