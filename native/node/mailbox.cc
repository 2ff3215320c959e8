#include "node/mailbox.h"

#include <map>

namespace mortise {
namespace {

// More than one where the addon is loaded into several contexts.
std::map<napi_env, std::shared_ptr<Mailbox>> &of_thread() {
  thread_local std::map<napi_env, std::shared_ptr<Mailbox>> mailboxes;
  return mailboxes;
}

} // namespace

std::shared_ptr<Mailbox> Mailbox::of(Napi::Env env) {
  std::shared_ptr<Mailbox> &mailbox = of_thread()[env];
  if (mailbox) return mailbox;
  const auto made = std::make_shared<Mailbox>();
  made->env_ = env;
  napi_value function = nullptr;
  if (napi_create_function(env, "mortise.mailbox", NAPI_AUTO_LENGTH, drain, made.get(), &function) != napi_ok)
    throw Napi::Error::New(env);
  const napi_status status =
      napi_create_threadsafe_function(env, function, nullptr, Napi::String::New(env, "mortise.mailbox"), 1, 1,
                                      nullptr, nullptr, nullptr, nullptr, &made->function_);
  if (status != napi_ok) throw Napi::Error::New(env);
  napi_unref_threadsafe_function(env, made->function_);
  // Runs before the threadsafe function's own, which was added earlier.
  napi_add_env_cleanup_hook(env, end, made.get());
  mailbox = made;
  return made;
}

void Mailbox::post(Letter letter) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!function_) return;
  letters_.push_back(std::move(letter));
  // A full queue is fine: the call that waits there finds what is new as well.
  napi_call_threadsafe_function(function_, nullptr, napi_tsfn_nonblocking);
}

napi_value Mailbox::drain(napi_env env, napi_callback_info info) {
  void *data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  const std::shared_ptr<Mailbox> mailbox = static_cast<Mailbox *>(data)->shared_from_this();
  for (;;) {
    Letter letter;
    {
      const std::lock_guard<std::mutex> lock(mailbox->mutex_);
      if (mailbox->letters_.empty()) return nullptr;
      letter = std::move(mailbox->letters_.front());
      mailbox->letters_.pop_front();
    }
    try {
      const Napi::HandleScope scope(env);
      letter(env);
    } catch (const std::exception &) { // the worker is being ended, or there is no memory for a value
      napi_value thrown = nullptr;
      bool pending = false;
      if (napi_is_exception_pending(env, &pending) == napi_ok && pending)
        napi_get_and_clear_last_exception(env, &thrown);
    }
  }
}

void Mailbox::hold() {
  if (open_++ == 0 && function_) napi_ref_threadsafe_function(env_, function_);
}

void Mailbox::let_go() {
  if (--open_ == 0 && function_) napi_unref_threadsafe_function(env_, function_);
}

std::deque<Mailbox::Letter> Mailbox::close() {
  std::deque<Letter> unread;
  const std::lock_guard<std::mutex> lock(mutex_);
  unread.swap(letters_);
  if (function_) napi_release_threadsafe_function(function_, napi_tsfn_release);
  function_ = nullptr;
  return unread;
}

void Mailbox::end(void *data) {
  const std::shared_ptr<Mailbox> mailbox = static_cast<Mailbox *>(data)->shared_from_this();
  mailbox->close();
  of_thread().erase(mailbox->env_);
}

} // namespace mortise
