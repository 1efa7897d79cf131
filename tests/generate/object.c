/* SPDX-License-Identifier: ISC */
#include "generate/object.h"

#include "generate/device.h"
#include "generate/furniture.h"
#include "generate/machine.h"
#include "generate/vessel.h"

/* clang-format off */
static const struct kind kinds[] = {
        {{"Chair", "Dining chair", "Armchair"}, "0601", "D 6366", furniture_chair},
        {{"Stool", "Bar stool"}, "0601", "D 6349", furniture_stool},
        {{"Table", "Coffee table", "Side table"}, "0603", "D 6480", furniture_table},
        {{"Cabinet", "Chest of drawers", "Sideboard"}, "0604", "D 6432", furniture_cabinet},
        {{"Shelf", "Bookcase", "Storage rack"}, "0604", "D 6474", furniture_shelf},
        {{"Sofa", "Settee", "Modular couch"}, "0601", "D 6381", furniture_sofa},
        {{"Lamp", "Table lamp", "Floor lamp"}, "2605", "D26106", furniture_lamp},
        {{"Pendant lamp", "Chandelier"}, "2605", "D26 88", furniture_pendant},
        {{"Bottle", "Beverage bottle", "Cosmetic bottle"}, "0901", "D 9516", vessel_bottle},
        {{"Vase", "Flower pot", "Planter"}, "1102", "D11143", vessel_vase},
        {{"Mug", "Drinking cup"}, "0701", "D 7509", vessel_mug},
        {{"Teapot", "Kettle"}, "0701", "D 7319", vessel_teapot},
        {{"Bowl", "Serving dish"}, "0701", "D 7584", vessel_bowl},
        {{"Jar", "Container with lid", "Canister"}, "0903", "D 9428", vessel_jar},
        {{"Case", "Tool box", "Carrying case"}, "0301", "D 3276", vessel_case},
        {{"Handbag", "Tote bag"}, "0301", "D 3243", vessel_bag},
        {{"Dispenser", "Soap dispenser"}, "2302", "D 6542", vessel_dispenser},
        {{"Mobile phone", "Tablet computer", "Electronic device"}, "1403", "D14138 G", device_phone},
        {{"Display device", "Television receiver", "Monitor"}, "1402", "D14126", device_display},
        {{"Loudspeaker", "Wireless speaker"}, "1401", "D14204", device_speaker},
        {{"Camera", "Action camera"}, "1601", "D16202", device_camera},
        {{"Remote controller", "Keypad"}, "1403", "D14218", device_remote},
        {{"Headphones", "Headset"}, "1401", "D14205", device_headphones},
        {{"Watch", "Wristwatch", "Smart watch"}, "1002", "D10 30", device_watch},
        {{"Router", "Set-top box", "Network switch"}, "1403", "D14240", device_router},
        {{"Computer mouse", "Pointing device"}, "1402", "D14402", device_mouse},
        {{"Fan", "Electric fan"}, "2304", "D23382", device_fan},
        {{"Wheel", "Vehicle wheel"}, "1216", "D12209", machine_wheel},
        {{"Gear", "Sprocket", "Pulley"}, "1509", "D15149", machine_gear},
        {{"Faucet", "Mixer tap"}, "2301", "D23238", machine_faucet},
        {{"Handle", "Door handle", "Cabinet pull"}, "0806", "D 8300", machine_handle},
        {{"Hand tool", "Kitchen utensil"}, "0805", "D 8107", machine_tool},
        {{"Connector", "Pipe coupling", "Valve"}, "2301", "D23259", machine_connector},
        {{"Bracket", "Wall mount"}, "0808", "D 8354", machine_bracket},
        {{"Toy robot", "Toy figure"}, "2101", "D21578", machine_robot},
        {{"Toy vehicle", "Automobile"}, "2101", "D21548", machine_vehicle},
        {{"Shoe", "Sports shoe", "Footwear"}, "0204", "D 2902", machine_shoe},
        {{"Eyeglasses", "Sunglasses"}, "1606", "D16300", machine_glasses},
        {{"Ring", "Finger ring"}, "1101", "D11 34", machine_ring},
        {{"Housing", "Adapter", "Cover"}, "1303", "D13147", machine_article},
        {{"Toy building element", "Puzzle piece"}, "2101", "D21484", machine_article},
        {{"Ornament", "Decorative article"}, "1102", "D11131", machine_article},
        {{"Packaging", "Closure"}, "0907", "D 9435", machine_article},
        {{"Medical device", "Applicator"}, "2402", "D24133", machine_article},
};
/* clang-format on */

enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Half of the objects are shaded, in one way; then two parts in three are. */
static void shade(struct mesh *m, struct random *r)
{
	const enum shading shading = random_chance(r, 0.5)   ? SHADING_NONE
				     : random_chance(r, 0.6) ? SHADING_HATCHED
							     : SHADING_STIPPLED;

	for (size_t i = 0; i < m->part_count; i++)
		if (random_chance(r, 0.66) && !m->parts[i].unclaimed)
			m->parts[i].shading = shading;
}

const struct kind *object_make(struct mesh *m, uint64_t seed, uint64_t number)
{
	struct random r = random_from(seed, number, 1);
	const struct kind *kind = &kinds[random_below(&r, KINDS)];

	mesh_clear(m);
	kind->shape(m, &r);
	shade(m, &r);
	mesh_finish(m);
	return kind;
}
