// The channels, as the page names them.
export const CHANNELS = {
  email: "Email",
  push: "Push",
  sms: "SMS",
  whats_app: "WhatsApp",
  in_app: "In-app message",
  content_card: "Content Card",
  banner: "Banner",
  webhook: "Webhook",
};
