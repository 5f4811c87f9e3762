// SPDX-License-Identifier: Apache-2.0
#include "network_view.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "shown_text.h"

namespace godwit::cli {
namespace {

std::string flags_of(const net::InterfaceAddress& address) {
  std::string flags;
  if (address.tentative) flags += " tentative";
  if (address.deprecated) flags += " deprecated";
  if (address.temporary) flags += " temporary";
  return flags;
}

std::string interface_text(const net::Interface& interface) {
  std::string text =
      fmt::format("{:<12} {:<4}", shown(interface.name), interface.up ? "up" : "down");
  for (const net::InterfaceAddress& a : interface.addresses) {
    text += fmt::format("  {}/{}{}", net::to_string(a.address), a.prefix_length, flags_of(a));
  }
  return text;
}

std::string route_text(const net::DefaultRoute& route, const net::NetworkSnapshot& snapshot) {
  const std::string gateway = route.gateway ? " via " + net::to_string(*route.gateway) : "";
  return fmt::format("default {}{} dev {} metric {}", net::to_string(route.family), gateway,
                     shown(snapshot.interface_name(route.interface)), route.metric);
}

std::string server_text(const net::NameServer& server) {
  std::string text = net::to_string(server.address);
  if (!server.zone.empty()) text += '%' + shown(server.zone);
  return server.port == net::kDnsPort ? text : fmt::format("{} port {}", text, server.port);
}

Json interface_json(const net::Interface& interface) {
  Json j{{"name", interface.name}, {"up", interface.up}, {"loopback", interface.loopback}};
  j["addresses"] = Json::array();
  for (const net::InterfaceAddress& a : interface.addresses) {
    j["addresses"].push_back({{"address", net::to_string(a.address)},
                              {"prefix_length", a.prefix_length},
                              {"tentative", a.tentative},
                              {"deprecated", a.deprecated},
                              {"temporary", a.temporary}});
  }
  return j;
}

}  // namespace

std::string to_text(const net::NetworkSnapshot& snapshot) {
  std::string text;
  for (const net::Interface& interface : snapshot.interfaces) {
    text += interface_text(interface) + "\n";
  }
  for (const net::DefaultRoute& route : snapshot.default_routes) {
    text += route_text(route, snapshot) + "\n";
  }
  for (const auto& [destination, choice] : snapshot.routes) {
    const std::string way = choice ? fmt::format("from {} dev {}", net::to_string(choice->source),
                                                 shown(snapshot.interface_name(choice->interface)))
                                   : "no way";
    text += fmt::format("to {}: {}\n", net::to_string(destination), way);
  }
  for (const net::NameServer& server : snapshot.name_servers) {
    text += fmt::format("name server {}\n", server_text(server));
  }
  if (!text.empty()) text.pop_back();
  return text;
}

Json to_json(const net::NetworkSnapshot& snapshot) {
  Json j{
      {"interfaces", Json::array()}, {"default_routes", Json::array()}, {"routes", Json::array()}};
  for (const net::Interface& interface : snapshot.interfaces) {
    j["interfaces"].push_back(interface_json(interface));
  }
  for (const net::DefaultRoute& route : snapshot.default_routes) {
    j["default_routes"].push_back(
        {{"family", net::to_string(route.family)},
         {"interface", snapshot.interface_name(route.interface)},
         {"gateway", route.gateway ? Json(net::to_string(*route.gateway)) : Json(nullptr)},
         {"metric", route.metric}});
  }
  for (const auto& [destination, choice] : snapshot.routes) {
    Json way{{"to", net::to_string(destination)}, {"source", nullptr}, {"interface", nullptr}};
    if (choice) {
      way["source"] = net::to_string(choice->source);
      way["interface"] = snapshot.interface_name(choice->interface);
    }
    j["routes"].push_back(way);
  }
  j["name_servers"] = Json::array();
  for (const net::NameServer& server : snapshot.name_servers) {
    j["name_servers"].push_back(server_text(server));
  }
  return j;
}

Json to_json(const roam::Delta& delta) {
  Json list = Json::array();
  for (const roam::Difference& difference : delta) {
    list.push_back({{"kind", roam::to_string(difference.kind)},
                    {"interface", difference.interface},
                    {"detail", difference.detail}});
  }
  return list;
}

}  // namespace godwit::cli
